;;; asprofile-mode.el --- DICOM association profiles  -*- lexical-binding: t; -*-

;; Version: 1.0.0
;; Package-Requires: ((emacs "26.1"))
;; Keywords: languages, tools
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; For the files that DCMTK's storescu, storescp and dcmrecv read with -xf.  A file
;; is recognised by its name or by its content.  `M-x compile' with
;; "asprofile lint FILE" lists findings; Eglot starts the language server:
;;
;;     (require 'asprofile-mode)
;;     (add-hook 'asprofile-mode-hook #'eglot-ensure)

;;; Code:

(defgroup asprofile nil
  "DICOM association profiles."
  :group 'languages)

(defcustom asprofile-command '("asprofile")
  "The command that starts asprofile, word by word."
  :type '(repeat string))

(defconst asprofile-supersections
  '("TransferSyntaxes" "PresentationContexts" "SCPSCURoleSelection" "ExtendedNegotiation" "Profiles"))

(defconst asprofile-numbered-keys
  '("TransferSyntax" "PresentationContext" "Role" "ExtendedNegotiation"))

(defconst asprofile-profile-keys
  '("PresentationContexts" "SCPSCURoleSelection" "ExtendedNegotiation"))

(defconst asprofile-roles '("SCU" "SCP" "BOTH"))

(defvar asprofile-font-lock-keywords
  `((,(concat "^[ \t]*\\[\\(?:[ \t]*\\[\\)+[ \t]*\\(" (regexp-opt asprofile-supersections) "\\)[ \t]*\\]")
     1 font-lock-keyword-face)
    ("^[ \t]*\\[\\(?:[ \t]*\\[\\)+\\([^]\n]*\\)\\]" 1 font-lock-warning-face)
    ("^[ \t]*\\[\\([^][\n]*\\)\\]" 1 font-lock-type-face)
    (,(concat "^[ \t]*\\(" (regexp-opt asprofile-numbered-keys) "\\)\\([0-9]+\\)[ \t]*=")
     (1 font-lock-variable-name-face)
     (2 font-lock-constant-face))
    (,(concat "^[ \t]*\\(" (regexp-opt asprofile-profile-keys) "\\)[ \t]*=")
     1 font-lock-variable-name-face)
    (,(concat "\\\\[ \t]*\\(" (regexp-opt asprofile-roles) "\\)[ \t]*$") 1 font-lock-builtin-face)
    ("=[ \t]*\\([0-9][0-9.]+\\)[ \t]*\\(?:\\\\\\|$\\)" 1 font-lock-constant-face)
    ("\\\\[ \t]*\\([^ \t\n].*\\)$" 1 font-lock-type-face))
  "What has a colour in `asprofile-mode'.")

(defvar asprofile-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?\\ "." table)
    (modify-syntax-entry ?\" "." table)
    (modify-syntax-entry ?_ "_" table)
    (modify-syntax-entry ?- "_" table)
    (modify-syntax-entry ?. "_" table)
    table))

;; A comment begins in the first column: "#" is an ordinary character elsewhere.
(defconst asprofile--propertize
  (syntax-propertize-rules ("^\\(#\\).*\\(\n\\)" (1 "<") (2 ">"))))

;;;###autoload
(define-derived-mode asprofile-mode prog-mode "DICOM-profile"
  "For DICOM association profiles, as DCMTK reads them."
  (setq-local comment-start "# ")
  (setq-local comment-start-skip "^#+[ \t]*")
  (setq-local comment-end "")
  (setq-local comment-column 0)
  (setq-local syntax-propertize-function asprofile--propertize)
  (setq-local font-lock-defaults '(asprofile-font-lock-keywords nil t))
  ;; An indented line would continue the value above it.
  (setq-local indent-line-function (lambda () 'noindent))
  (setq-local electric-indent-inhibit t)
  (setq-local outline-regexp "^[ \t]*\\[")
  (setq-local imenu-generic-expression
              '((nil "^[ \t]*\\[+\\([^][\n]+\\)\\]" 1)))
  (when buffer-file-name
    (setq-local compile-command
                (mapconcat #'shell-quote-argument
                           (append asprofile-command (list "lint" buffer-file-name)) " "))))

(defun asprofile-content-p ()
  "Whether the buffer has a supersection that only profiles have."
  (save-excursion
    (goto-char (point-min))
    (let ((case-fold-search t))
      (re-search-forward
       "^[ \t]*\\[[ \t]*\\[[ \t]*\\(?:TransferSyntaxes\\|PresentationContexts\\)[ \t]*\\][ \t]*\\]" 65536 t))))

;;;###autoload
(add-to-list 'auto-mode-alist
             '("\\(?:/\\(?:storesc[pu]\\.cfg\\|asconfig\\.txt\\)\\|\\.asprofile\\.cfg\\)\\'" . asprofile-mode))

;;;###autoload
(add-to-list 'magic-mode-alist '(asprofile-content-p . asprofile-mode))

(with-eval-after-load 'eglot
  (defvar eglot-server-programs)
  (add-to-list 'eglot-server-programs
               `(asprofile-mode . ,(lambda (&rest _) (append asprofile-command '("lsp"))))))

(provide 'asprofile-mode)
;;; asprofile-mode.el ends here
