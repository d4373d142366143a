import { type Completion, type Declaration, helpOption, type Option } from './declaration.js'

/** The commands with their declarations. */
export type Declared = Readonly<Record<string, { readonly summary: string; readonly declaration: Declaration }>>

/** Quotes a word for a shell. */
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`

const words = (all: readonly string[]) => all.map(quoted).join(' ')

/** Code that adds the names on the machine to the candidates. File names are globbed, never evaluated. */
const sources: Readonly<Record<Completion, string>> = {
  file: 'for each in "$word"*; do [[ -e $each ]] && candidates+=("$each"); done',
  link: `for each in /sys/class/net/*; do candidates+=("\${each##*/}"); done`,
  netns: `for each in /run/netns/*; do candidates+=("\${each##*/}"); done`,
}

const sourceOf = ({ values, completes }: { readonly values?: readonly string[]; readonly completes?: Completion }) =>
  values ? `candidates+=(${words(values)})` : completes ? sources[completes] : ''

const forms = (name: string, { short }: Option) => [`--${name}`, ...(short === undefined ? [] : [`-${short}`])]

function commandCase(name: string, { options, operands }: Declaration): string {
  const all = Object.entries({ ...options, help: helpOption })
  const valued = all.filter(([, { value, optional }]) => value !== undefined && optional === undefined)
  const values = valued.map(([option, row]) => `        ${forms(option, row).join('|')}) ${sourceOf(row) || ':'} ;;`)
  const rest = [
    `candidates+=(${words(all.flatMap(([option, row]) => forms(option, row)))})`,
    ...(operands?.values || operands?.suggests
      ? [`candidates+=(${words(operands.values ?? operands.suggests ?? [])})`]
      : []),
    ...(operands?.completes ? [sources[operands.completes]] : []),
  ]
  return `    ${quoted(name)}) case $previous in\n${[...values, `        *) ${rest.join('; ')} ;;`].join('\n')}\n      esac ;;`
}

/** Returns a completion script for bash, or for zsh, which runs it with its emulation of bash's completion. */
export function completionScript(shell: 'bash' | 'zsh', commands: Declared): string {
  const names = [...Object.keys(commands), '--help', '--version']
  const cases = Object.entries(commands).map(([name, { declaration }]) => commandCase(name, declaration))
  const start = shell === 'zsh' ? '#compdef netloom\nautoload -U +X bashcompinit && bashcompinit\n' : ''
  return `${start}# Completion of netloom for ${shell}, printed by \`netloom completion ${shell}\`.
_netloom() {
  local each word=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]}
  local candidates=()
  COMPREPLY=()
  # bash splits --option=value into three words.
  if [[ $word == '=' ]]; then word=; elif [[ $previous == '=' ]]; then previous=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  if ((COMP_CWORD == 1)); then
    candidates+=(${words(names)})
  else case \${COMP_WORDS[1]} in
${cases.join('\n')}
  esac; fi
  # Not compgen -W, which would evaluate the names.
  for each in "\${candidates[@]}"; do
    [[ $each == "$word"* && $each != '*' ]] && COMPREPLY+=("$(printf '%q' "$each")")
  done
}
complete -F _netloom netloom
`
}
