" `:make` lints the file; its findings are the quickfix list.
if exists('current_compiler')
  finish
endif
let current_compiler = 'asprofile'

CompilerSet makeprg=asprofile\ lint\ --format\ concise\ %:S
" error, warning, info, then code and message; what else is printed is left out.
CompilerSet errorformat=%f:%l:%c:\ %t%*[a-z]:\ %m,%-G%.%#
