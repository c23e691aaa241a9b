" Association profiles by their names; other text files by their content, in the first 200 lines.
autocmd BufNewFile,BufRead storescu.cfg,storescp.cfg,asconfig.txt,*.asprofile.cfg set filetype=asprofile
autocmd BufRead *.cfg,*.conf,*.ini,*.txt call s:by_content()

function! s:by_content() abort
  if &filetype ==# 'asprofile'
    return
  endif
  for line in getline(1, 200)
    if line =~? '^\s*\[\s*\[\s*\%(TransferSyntaxes\|PresentationContexts\)\s*\]\s*\]'
      set filetype=asprofile
      return
    endif
  endfor
endfunction
