" DICOM association profiles, as DCMTK reads them.
if exists('b:current_syntax')
  finish
endif

syntax case ignore
syntax match asprofileComment '^#.*$' contains=@Spell
syntax match asprofileBadSupersection '^\s*\[\%(\s*\[\)\+[^\]]*\]\%(\s*\]\)*'
syntax match asprofileSupersection '^\s*\[\%(\s*\[\)\+\s*\%(TransferSyntaxes\|PresentationContexts\|SCPSCURoleSelection\|ExtendedNegotiation\|Profiles\)\s*\]\%(\s*\]\)*'
syntax match asprofileSection '^\s*\[[^\[\]]*\]'
syntax match asprofileBadKey '^[^ \t=#\[][^=]*=' contains=asprofileEquals
syntax match asprofileKey '^\s*\%(TransferSyntax\|PresentationContext\|Role\|ExtendedNegotiation\)\d\+\s*=' contains=asprofileNumber,asprofileEquals nextgroup=asprofileUid,asprofileName skipwhite
syntax match asprofileKey '^\s*\%(PresentationContexts\|SCPSCURoleSelection\|ExtendedNegotiation\)\s*=' contains=asprofileEquals nextgroup=asprofileLabel skipwhite
syntax match asprofileNumber '\d\+' contained
syntax match asprofileEquals '=' contained
syntax match asprofileUid '\d[0-9.]*\%(\s*\%(\\\|$\)\)\@=' contained nextgroup=asprofileSeparator skipwhite
syntax match asprofileName '[^0-9 \t\\][^\\]*' contained nextgroup=asprofileSeparator
syntax match asprofileSeparator '\\' contained nextgroup=asprofileRole,asprofileLabel skipwhite
syntax match asprofileLabel '\S.*$' contained
syntax match asprofileRole '\%(SCU\|SCP\|BOTH\)\s*$' contained

highlight default link asprofileComment Comment
highlight default link asprofileSupersection Structure
highlight default link asprofileBadSupersection Error
highlight default link asprofileSection Type
highlight default link asprofileKey Identifier
highlight default link asprofileBadKey Error
highlight default link asprofileNumber Number
highlight default link asprofileEquals Operator
highlight default link asprofileUid Number
highlight default link asprofileName Constant
highlight default link asprofileSeparator Delimiter
highlight default link asprofileLabel Tag
highlight default link asprofileRole Keyword

let b:current_syntax = 'asprofile'
