-- For Neovim 0.11 and later: vim.lsp.enable("asprofile") in init.lua.
return {
  cmd = { "asprofile", "lsp" },
  filetypes = { "asprofile" },
  root_markers = { "asprofile.toml", "pyproject.toml", ".git" },
}
