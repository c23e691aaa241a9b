// The judge: what DCMTK itself takes from profile files, many a second, for scripts/fuzz to compare with asprofile.
//
// It links the DCMTK that is installed and says at its start which release that is. Then it takes batches on standard input and
// answers on standard output; all numbers are 32 bits, in the byte order of the machine:
//
//     in:   count, then count times (length, the bytes of a file)
//     out:  count times (length, a report)
//
// A report is a row of records, each ended by a NUL, which can stand in none of them (OFConfigFile makes blanks of NULs):
//
//     2 NAME                     a supersection, as OFConfigFile holds it
//     1 NAME                     a section
//     0 KEY=value                an entry
//     requestor MODULE:CODE      the condition of DcmAssociationConfigurationFile::initialize, 0:0 for none; and if none:
//     t LABEL/UID UID ...        a transfer syntax list
//     c LABEL/UID\LABEL ...      a presentation context list
//     r LABEL/UID\ROLE ...       a role list: default, scu, scp, both
//     x LABEL/UID\HEX ...        an extended negotiation list
//     p NAME/CONTEXTS/ROLES/EXT  a profile
//       use MODULE:CODE          the condition of setAssociationParameters; and if none:
//       pc ID ROLE UID UID ...   a context of the A-ASSOCIATE-RQ: abstract syntax, transfer syntaxes (64 characters of each)
//       sc UID HEX               an extended negotiation item of it
//     acceptor MODULE:CODE       as for the requestor, but each profile has one record:
//       scp 0|1                  isValidSCPProfile
//
// Lists and profiles are sorted by name. The lists of a DcmAssociationConfiguration have no public accessors; the classes are
// included with their private parts public, which changes no layout.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <limits>
#include <list>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

#define private public
#include "dcmtk/config/osconfig.h"
#include "dcmtk/ofstd/ofconfig.h"
#include "dcmtk/dcmnet/assoc.h"
#include "dcmtk/dcmnet/dcasccff.h"
#include "dcmtk/dcmnet/dcasccfg.h"
#include "dcmtk/dcmnet/lst.h"
#undef private

namespace {

// A file that exists only in memory, with a name for fopen().
class MemoryFile {
public:
    MemoryFile() : descriptor_(memfd_create("profile", 0)), name_("/proc/self/fd/" + std::to_string(descriptor_))
    {
        if (descriptor_ < 0) {
            std::perror("memfd_create");
            std::exit(1);
        }
    }

    void set(const std::string &bytes)
    {
        if (ftruncate(descriptor_, 0) != 0 ||
            pwrite(descriptor_, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
            std::perror("memory file");
            std::exit(1);
        }
    }

    const char *name() const { return name_.c_str(); }

private:
    int descriptor_;
    std::string name_;
};

class Report {
public:
    void record(const std::string &text)
    {
        text_ += text;
        text_ += '\0';
    }

    void condition(const std::string &what, const OFCondition &condition)
    {
        record(what + std::to_string(condition.module()) + ":" + std::to_string(condition.code()));
    }

    const std::string &text() const { return text_; }

private:
    std::string text_;
};

std::string hexadecimal(const unsigned char *bytes, size_t length)
{
    static const char digits[] = "0123456789abcdef";
    std::string text;
    for (size_t i = 0; i < length; i++) {
        text += digits[bytes[i] >> 4];
        text += digits[bytes[i] & 15];
    }
    return text;
}

std::string orEmpty(const char *text)
{
    return text == NULL ? "" : text;
}

// -- the tree of entries

void tree(Report &report, const char *filename)
{
    FILE *file = std::fopen(filename, "rb");
    OFConfigFile config(file);
    std::fclose(file);
    for (OFConfigFileNode *super = config.anchor_; super != NULL; super = super->getBrother()) {
        report.record(std::string("2 ") + super->getKeyword());
        for (OFConfigFileNode *section = super->getSon(); section != NULL; section = section->getBrother()) {
            report.record(std::string("1 ") + section->getKeyword());
            for (OFConfigFileNode *entry = section->getSon(); entry != NULL; entry = entry->getBrother())
                report.record(std::string("0 ") + entry->getKeyword() + "=" + orEmpty(entry->getValue()));
        }
    }
}

// -- the lists

const char *roleName(T_ASC_SC_ROLE role)
{
    switch (role) {
    case ASC_SC_ROLE_DEFAULT: return "default";
    case ASC_SC_ROLE_SCU: return "scu";
    case ASC_SC_ROLE_SCP: return "scp";
    case ASC_SC_ROLE_SCUSCP: return "both";
    default: return "?";
    }
}

std::string item(const DcmUIDHandler &uid)
{
    return uid.c_str();
}

std::string item(const DcmPresentationContextItem &context)
{
    return std::string(context.getAbstractSyntax()) + "\\" + context.getTransferSyntaxKey();
}

std::string item(const DcmRoleSelectionItem &role)
{
    return std::string(role.getAbstractSyntax().c_str()) + "\\" + roleName(role.getRole());
}

std::string item(const DcmExtendedNegotiationItem &extended)
{
    return std::string(extended.getAbstractSyntax().c_str()) + "\\" + hexadecimal(extended.getRaw(), extended.getLength());
}

template <typename List> std::string items(List &list)
{
    std::string text;
    for (auto it = list.begin(); it != list.end(); ++it)
        text += (text.empty() ? "" : " ") + item(*it);
    return text;
}

template <typename Map> void lists(Report &report, const char *kind, Map &map)
{
    std::map<std::string, std::string> sorted;
    for (auto it = map.begin(); it != map.end(); ++it)
        sorted[(*it).first.c_str()] = items(*(*it).second);
    for (const auto &list : sorted) report.record(kind + list.first + "/" + list.second);
}

void allLists(Report &report, DcmAssociationConfiguration &configuration)
{
    lists(report, "t ", configuration.xferSyntaxes_.map_);
    lists(report, "c ", configuration.contexts_.map_);
    lists(report, "r ", configuration.roleselection_.map_);
    lists(report, "x ", configuration.extneg_.map_);
}

std::map<std::string, std::string> profiles(DcmAssociationConfiguration &configuration)
{
    std::map<std::string, std::string> sorted;
    for (auto it = configuration.profiles_.map_.begin(); it != configuration.profiles_.map_.end(); ++it) {
        const DcmProfileEntry &profile = *(*it).second;
        sorted[(*it).first.c_str()] = orEmpty(profile.getPresentationContextKey()) + "/" +
                                      orEmpty(profile.getRoleSelectionKey()) + "/" +
                                      orEmpty(profile.getExtendedNegotiationKey());
    }
    return sorted;
}

// -- what a requestor would send

const char *roleName(DUL_SC_ROLE role)
{
    switch (role) {
    case DUL_SC_ROLE_DEFAULT: return "default";
    case DUL_SC_ROLE_SCU: return "scu";
    case DUL_SC_ROLE_SCP: return "scp";
    case DUL_SC_ROLE_SCUSCP: return "both";
    default: return "?";
    }
}

template <typename Node> Node *firstOf(LST_HEAD **list)
{
    Node *node = list == NULL || *list == NULL ? NULL : static_cast<Node *>(LST_Head(list));
    if (node != NULL) LST_Position(list, node);
    return node;
}

void proposedContexts(Report &report, T_ASC_Parameters &parameters)
{
    LST_HEAD **contexts = &parameters.DULparams.requestedPresentationContext;
    for (DUL_PRESENTATIONCONTEXT *context = firstOf<DUL_PRESENTATIONCONTEXT>(contexts); context != NULL;
         context = static_cast<DUL_PRESENTATIONCONTEXT *>(LST_Next(contexts))) {
        std::string text = "pc " + std::to_string(static_cast<int>(context->presentationContextID)) + " " +
                           roleName(context->proposedSCRole) + " " + context->abstractSyntax;
        LST_HEAD **syntaxes = &context->proposedTransferSyntax;
        for (DUL_TRANSFERSYNTAX *syntax = firstOf<DUL_TRANSFERSYNTAX>(syntaxes); syntax != NULL;
             syntax = static_cast<DUL_TRANSFERSYNTAX *>(LST_Next(syntaxes)))
            text += std::string(" ") + syntax->transferSyntax;
        report.record(text);
    }
}

void proposedExtendedNegotiation(Report &report, T_ASC_Parameters &parameters)
{
    SOPClassExtendedNegotiationSubItemList *list = NULL;
    ASC_getRequestedExtNegList(&parameters, &list);
    if (list == NULL) return;
    for (auto it = list->begin(); it != list->end(); ++it)
        report.record(std::string("sc ") + (*it)->sopClassUID.c_str() + " " +
                      hexadecimal((*it)->serviceClassAppInfo, (*it)->serviceClassAppInfoLength));
}

void use(Report &report, const DcmAssociationConfiguration &configuration, const std::string &profile)
{
    T_ASC_Parameters *parameters = NULL;
    ASC_createAssociationParameters(&parameters, ASC_DEFAULTMAXPDU);
    const OFCondition condition = configuration.setAssociationParameters(profile.c_str(), *parameters);
    report.condition("use ", condition);
    if (condition.good()) {
        proposedContexts(report, *parameters);
        proposedExtendedNegotiation(report, *parameters);
    }
    ASC_destroyAssociationParameters(&parameters);
}

// -- both roles

OFCondition load(DcmAssociationConfiguration &configuration, const char *filename, bool requestor)
{
#if PACKAGE_VERSION_NUMBER >= 368
    return DcmAssociationConfigurationFile::initialize(configuration, filename, requestor);
#else
    (void)requestor;  // before 3.6.8 a file loads the same for both
    return DcmAssociationConfigurationFile::initialize(configuration, filename);
#endif
}

void loaded(Report &report, const char *filename, bool requestor)
{
    DcmAssociationConfiguration configuration;
    const OFCondition condition = load(configuration, filename, requestor);
    report.condition(requestor ? "requestor " : "acceptor ", condition);
    if (condition.bad()) return;
    allLists(report, configuration);
    for (const auto &profile : profiles(configuration)) {
        report.record("p " + profile.first + "/" + profile.second);
        if (requestor)
            use(report, configuration, profile.first);
        else
            report.record(configuration.isValidSCPProfile(profile.first.c_str()) ? "scp 1" : "scp 0");
    }
}

// -- standard input and output

bool readNumber(uint32_t &number)
{
    return std::fread(&number, sizeof number, 1, stdin) == 1;
}

std::string readBytes()
{
    uint32_t length = 0;
    if (!readNumber(length)) std::exit(1);
    std::string bytes(length, '\0');
    if (length > 0 && std::fread(&bytes[0], 1, length, stdin) != length) std::exit(1);
    return bytes;
}

void writeBytes(const std::string &bytes)
{
    const uint32_t length = static_cast<uint32_t>(bytes.size());
    std::fwrite(&length, sizeof length, 1, stdout);
    std::fwrite(bytes.data(), 1, bytes.size(), stdout);
}

}  // namespace

int main()
{
    std::setvbuf(stdout, NULL, _IOFBF, 1 << 20);
    writeBytes(PACKAGE_VERSION);
    std::fflush(stdout);
    MemoryFile file;
    uint32_t count = 0;
    while (readNumber(count)) {
        std::vector<std::string> batch(count);
        for (uint32_t i = 0; i < count; i++) batch[i] = readBytes();
        for (uint32_t i = 0; i < count; i++) {
            file.set(batch[i]);
            Report report;
            tree(report, file.name());
            loaded(report, file.name(), true);
            loaded(report, file.name(), false);
            writeBytes(report.text());
        }
        std::fflush(stdout);
    }
    return 0;
}
