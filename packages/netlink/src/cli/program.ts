import { commands } from './commands.js'

/** Describes `netloom` in a few words. */
export const programSummary = 'Linux netlink, read and shown'

/** The options of the program itself. */
export const programOptions = [
  ['-h, --help', 'prints this; netloom COMMAND --help describes a command'],
  ['--version', 'prints the version'],
] as const

/** Examples of the program. */
export const programExamples = [
  ['netloom decode capture.pcap', 'What did that program say to the kernel?'],
  ['netloom monitor link addr route', 'What happens right now?'],
  ['netloom dump links', 'What is there?'],
] as const

/** Exit codes that all commands share. */
export const programExitCodes = [
  ['0', 'success, also if the reader of the output closes the pipe'],
  ['1', 'the input is damaged, or the kernel or the machine refuses'],
  ['2', 'the arguments are wrong'],
] as const

type Rows = readonly (readonly [left: string, right: string])[]

const rows = (all: Rows) => {
  const width = Math.max(...all.map(([left]) => left.length))
  return all.map(([left, right]) => `  ${left.padEnd(width)}  ${right}\n`).join('')
}

/** Returns the output of `netloom --help`. It loads no command. */
export const programHelp = (): string =>
  `netloom: ${programSummary}

Usage: netloom COMMAND …

${rows(Object.entries(commands).map(([name, { summary }]) => [name, summary]))}
Options:
${rows(programOptions)}
Examples:
${rows(programExamples)}
Exit codes:
${rows(programExitCodes)}`
