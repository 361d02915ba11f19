/** Completion for zsh. It quotes candidates itself. */
export const zshCompletion = `#compdef xcap xcapclient
# zsh completion for xcap and xcapclient
# Install it for all future shells, with a folder of the fpath:
#   mkdir -p ~/.zfunc && xcap completion zsh > ~/.zfunc/_xcap
#   and in ~/.zshrc, before compinit: fpath=(~/.zfunc $fpath)
# or for this one only, after compinit:
#   eval "$(xcap completion zsh)"
_xcap() {
  case "\${words[CURRENT-1]}" in
    -i|-o|--ca|--cert|--key|--journal|--password-file|--profile|--resume|--save|--store) _files; return ;;
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
