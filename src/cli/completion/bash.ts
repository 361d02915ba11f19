/** Completion for bash: the program gets the line itself, since bash breaks selectors into many words. */
export const bashCompletion = `# bash completion for xcap and xcapclient
# Install it for all shells to come:
#   mkdir -p ~/.local/share/bash-completion/completions
#   xcap completion bash > ~/.local/share/bash-completion/completions/xcap
#   ln -s xcap ~/.local/share/bash-completion/completions/xcapclient
# or for this one:
#   eval "$(xcap completion bash)"
_xcap_complete() {
  local IFS=$'\\n'
  COMPREPLY=()
  case "$3" in
    -i | -o | --ca | --cert | --key | --journal | --profile | --store) compopt -o default; return 0 ;;
  esac
  COMPREPLY=($(XCAP_COMP_LINE="\${COMP_LINE:0:COMP_POINT}" XCAP_COMP_CUR="$2" "$1" --print-completions "$COMP_CWORD" 2>/dev/null))
  if [[ \${#COMPREPLY[@]} -eq 1 && "\${COMPREPLY[0]}" == */ ]]; then compopt -o nospace; fi
}
complete -F _xcap_complete xcap xcapclient
`;
