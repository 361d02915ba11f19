/** Completion for bash. The program reads the line itself, since bash breaks selectors into many words. */
export const bashCompletion = `# bash completion for xcap and xcapclient
# Install it for all future shells:
#   mkdir -p ~/.local/share/bash-completion/completions
#   xcap completion bash > ~/.local/share/bash-completion/completions/xcap
#   ln -s xcap ~/.local/share/bash-completion/completions/xcapclient
# or for this one only:
#   eval "$(xcap completion bash)"
_xcap_complete() {
  COMPREPLY=()
  case "$3" in
    -i | -o | --ca | --cert | --key | --journal | --password-file | --profile | --resume | --save | --store)
      compopt -o default; return 0 ;;
  esac
  local reply
  while IFS= read -r reply; do
    COMPREPLY+=("$reply")
  done < <(XCAP_COMP_LINE="\${COMP_LINE:0:COMP_POINT}" XCAP_COMP_CUR="$2" "$1" --print-completions "$COMP_CWORD" 2>/dev/null)
  if [[ \${#COMPREPLY[@]} -eq 1 && "\${COMPREPLY[0]}" == */ ]]; then compopt -o nospace; fi
}
complete -F _xcap_complete xcap xcapclient
`;
