/** Completion for fish. It quotes candidates itself. */
export const fishCompletion = `# fish completion for xcap and xcapclient
# Install it for all future shells:
#   mkdir -p ~/.config/fish/completions
#   xcap completion fish > ~/.config/fish/completions/xcap.fish
#   ln -s xcap.fish ~/.config/fish/completions/xcapclient.fish
# or for this one only:
#   xcap completion fish | source
function __xcap_complete
    set -l program (commandline -opc)[1]
    XCAP_COMP_SHELL=fish XCAP_COMP_LINE=(commandline -pc) command $program --print-completions 0 2>/dev/null
end
function __xcap_wants_file
    set -l before (commandline -opc)
    contains -- $before[-1] -i -o --ca --cert --key --journal --password-file --profile --resume --save --store
end
for program in xcap xcapclient
    complete -c $program -f
    complete -c $program -n __xcap_wants_file -F
    complete -c $program -n 'not __xcap_wants_file' -f -a '(__xcap_complete)'
end
`;
