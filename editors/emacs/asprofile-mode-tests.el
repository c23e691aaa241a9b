;;; asprofile-mode-tests.el --- Tests of asprofile-mode  -*- lexical-binding: t; -*-

;; emacs -Q --batch -L editors/emacs -l asprofile-mode-tests -f ert-run-tests-batch-and-exit

;;; Code:

(require 'ert)
(require 'compile)
(require 'asprofile-mode)

(defconst asprofile-tests-text
  (concat "# a comment\n[[TransferSyntaxes]]\n[Plain]\nTransferSyntax1 = LittleEndianExplicit\n"
          "TransferSyntax2 = 1.2.840.10008.1.2\n[[PresentationContexts]]\n[CT]\n"
          "PresentationContext1 = CTImageStorage\\Plain # no comment\n[[SCPSCURoleSelection]]\n[R]\n"
          "Role1 = CTImageStorage\\scp\n[[Profile]]\n[CT]\nPresentationContexts = CT\n"))

(defun asprofile-tests-face (text)
  "The face of the first character of TEXT in the buffer."
  (goto-char (point-min))
  (search-forward text)
  (get-text-property (match-beginning 0) 'face))

(ert-deftest asprofile-tests-colours ()
  (with-temp-buffer
    (insert asprofile-tests-text)
    (asprofile-mode)
    (font-lock-ensure)
    (dolist (pair '(("a comment" . font-lock-comment-face)
                    ("TransferSyntaxes" . font-lock-keyword-face)
                    ("Plain]" . font-lock-type-face)
                    ("TransferSyntax1" . font-lock-variable-name-face)
                    ("2 = 1.2" . font-lock-constant-face)
                    ("1.2.840" . font-lock-constant-face)
                    ("scp\n" . font-lock-builtin-face)
                    ("Profile]]" . font-lock-warning-face)
                    ("PresentationContexts =" . font-lock-variable-name-face)
                    ("# no comment" . font-lock-type-face)))
      (should (equal (list (car pair) (asprofile-tests-face (car pair))) (list (car pair) (cdr pair)))))))

(ert-deftest asprofile-tests-recognised ()
  (dolist (case `(("storescu.cfg" "" asprofile-mode)
                  ("x.asprofile.cfg" "" asprofile-mode)
                  ("any.name" ,asprofile-tests-text asprofile-mode)
                  ("dcmqrscp.cfg" "[a]\nb = c\n" nil)))
    (let* ((directory (make-temp-file "asprofile" t))
           (file (expand-file-name (nth 0 case) directory)))
      (unwind-protect
          (progn
            (write-region (nth 1 case) nil file nil 'quiet)
            (let ((buffer (find-file-noselect file)))
              (should (eq (eq (buffer-local-value 'major-mode buffer) 'asprofile-mode) (and (nth 2 case) t)))
              (kill-buffer buffer)))
        (delete-directory directory t)))))

(ert-deftest asprofile-tests-lines-stay-in-the-first-column ()
  (with-temp-buffer
    (insert asprofile-tests-text)
    (asprofile-mode)
    (indent-region (point-min) (point-max))
    (should (equal (buffer-string) asprofile-tests-text))
    (comment-region (point-min) (point-max))
    (uncomment-region (point-min) (point-max))
    (should (equal (buffer-substring-no-properties (point-min) (point-max)) asprofile-tests-text))))

(ert-deftest asprofile-tests-compilation ()
  "The lines of the file that ASPROFILE_LINT_OUTPUT names are found by `compilation-mode'."
  (skip-unless (getenv "ASPROFILE_LINT_OUTPUT"))
  (with-temp-buffer
    (insert-file-contents (getenv "ASPROFILE_LINT_OUTPUT"))
    (compilation-mode)
    (let ((inhibit-read-only t))
      (compilation--ensure-parse (point-max)))
    (let* ((start (if (get-text-property (point-min) 'compilation-message)
                      (point-min)
                    (next-single-property-change (point-min) 'compilation-message)))
           (message (and start (get-text-property start 'compilation-message))))
      (should message)
      (should (equal (cadr (compilation--message->loc message)) 4)))))

(provide 'asprofile-mode-tests)
;;; asprofile-mode-tests.el ends here
