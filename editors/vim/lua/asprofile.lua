-- require("asprofile").setup() in init.lua: the language server for every profile that is opened, in Neovim 0.7 and later.
-- setup({ cmd = { "python3", "-P", "-m", "asprofile", "lsp" } }) takes another command.

local asprofile = {}

local ROOT_MARKERS = { "asprofile.toml", "pyproject.toml", ".git" }

-- The nearest directory above a file that has one of the markers; that of the file where none has.
local function root(file)
  local start = vim.fn.fnamemodify(file, ":p:h")
  local directory = start
  while true do
    for _, name in ipairs(ROOT_MARKERS) do
      if vim.loop.fs_stat(directory .. "/" .. name) then
        return directory
      end
    end
    local above = vim.fn.fnamemodify(directory, ":h")
    if above == directory then
      return start
    end
    directory = above
  end
end

function asprofile.setup(options)
  local cmd = options and options.cmd or { "asprofile", "lsp" }
  if vim.lsp.config then
    vim.lsp.config("asprofile", { cmd = cmd, filetypes = { "asprofile" }, root_markers = ROOT_MARKERS })
    vim.lsp.enable("asprofile")
    return
  end
  local clients = {}
  local function attach(event)
    local directory = root(vim.api.nvim_buf_get_name(event.buf))
    local config = { name = "asprofile", cmd = cmd, root_dir = directory }
    if vim.lsp.start then
      vim.lsp.start(config, { bufnr = event.buf })
      return
    end
    local id = clients[directory]
    if not id or vim.lsp.client_is_stopped(id) then
      id = vim.lsp.start_client(config)
      clients[directory] = id
    end
    if id then
      vim.lsp.buf_attach_client(event.buf, id)
    end
  end
  vim.api.nvim_create_autocmd("FileType", { pattern = "asprofile", callback = attach })
end

return asprofile
