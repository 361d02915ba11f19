/** Completion for zsh, which quotes candidates itself. */
export const zshCompletion = `#compdef xcap xcapclient
# zsh completion for xcap and xcapclient
# Install it for all shells to come, with a folder of your fpath:
#   mkdir -p ~/.zfunc && xcap completion zsh > ~/.zfunc/_xcap
#   and in ~/.zshrc, before compinit: fpath=(~/.zfunc $fpath)
# or for this one, after compinit:
#   eval "$(xcap completion zsh)"
_xcap() {
  case "\${words[CURRENT-1]}" in
    -i|-o|--ca|--cert|--key|--journal|--profile|--store) _files; return ;;
  esac
  local -a candidates open
  candidates=("\${(@f)$(XCAP_COMP_SHELL=zsh XCAP_COMP_LINE="\${(j: :)words[1,CURRENT-1]} \${words[CURRENT]}" command \${words[1]} --print-completions $((CURRENT - 1)) 2>/dev/null)}")
  candidates=(\${candidates:#})
  open=(\${(M)candidates:#*/})
  candidates=(\${candidates:#*/})
  compadd -S '' -- $open
  compadd -- $candidates
}
if [[ \${funcstack[1]} == _xcap ]]; then _xcap "$@"; else compdef _xcap xcap xcapclient; fi
`;
