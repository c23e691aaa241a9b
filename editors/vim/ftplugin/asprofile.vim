" What DCMTK takes for a comment begins in the first column; an indented line continues the value above it.
if exists('b:did_ftplugin')
  finish
endif
let b:did_ftplugin = 1

setlocal comments=:# commentstring=#\ %s
setlocal iskeyword+=-,.
setlocal noautoindent nosmartindent nocindent indentexpr= formatoptions-=t
setlocal foldmethod=expr foldexpr=getline(v:lnum)=~'^\\s*\\[\\s*\\['?'>1':getline(v:lnum)=~'^\\s*\\['?'>2':'=' foldlevel=99
compiler asprofile

let b:undo_ftplugin = 'setlocal comments< commentstring< iskeyword< autoindent< smartindent< cindent< indentexpr<'
      \ . ' formatoptions< foldmethod< foldexpr< foldlevel< makeprg< errorformat<'
