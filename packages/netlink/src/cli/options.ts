import type { Option } from './declaration.js'

/** The option of commands that read from the kernel. */
export const netnsOption = {
  value: 'NETNS',
  help: 'uses this network namespace: a name of /run/netns, or a path',
  completes: 'netns',
} as const satisfies Option

/** The option of commands that can read from all namespaces. */
export const allNetnsOption = {
  help: 'uses this namespace, all in /run/netns, and those of processes that have an id in this one',
} as const satisfies Option

/** The option of commands that print colours. */
export const colourOption = {
  value: 'WHEN',
  default: 'auto',
  values: ['auto', 'always', 'never'],
  help: 'colours; auto: on a terminal, unless NO_COLOR is set',
} as const satisfies Option

/** The option of commands that select messages. */
export const filterOption = {
  value: 'FILTER',
  help: "prints what FILTER selects: 'type=RTM_NEWROUTE and oif=eth0 and not reply'",
} as const satisfies Option

/** The option of commands that print what the kernel knows. */
export const secretsOption = { help: 'prints keys and passwords' } as const satisfies Option

/** The options of commands that print messages in several views. */
export const viewOptions = {
  detail: {
    short: 'd',
    value: 'N',
    optional: /^\d+$/,
    expected: 'the number of a message',
    fits: (text: string) => text === '' || /^[1-9]\d*$/.test(text),
    help: 'prints all attributes: of every message, or of message N and its answers',
  },
  hex: { short: 'x', help: 'like -d, with the bytes of each part: their offset, and hexadecimal' },
  refused: { help: 'prints refused requests only' },
  filter: filterOption,
  stats: { help: 'prints a table: messages, bytes, refusals and times per type' },
  names: {
    value: 'SOURCE',
    default: 'capture',
    values: ['capture', 'machine'],
    help: 'machine: also uses the names of links, tables and protocols on this machine',
  },
  color: colourOption,
  secrets: secretsOption,
  json: { help: 'prints a JSON object a line for each message' },
  words: { help: 'with --json: names in place of numbers that have one, e.g. "RTN_UNICAST"' },
} as const satisfies Readonly<Record<string, Option>>

/** Describes filters. */
export const filterSection = {
  title: 'Filters',
  text: 'A filter consists of comparisons and words, with and, or, not and parentheses. = and != compare numbers, texts, names of constants with or without prefix, and names of links. < > <= >= compare numbers. ~ finds a part of a text, or a pattern between slashes.',
  rows: [
    ['request reply event', 'the role of the message'],
    ['refused dump', 'the conversation was refused, or is a dump'],
    ['type protocol family', "'type=RTM_NEWLINK', 'protocol=route', 'family=inet6'"],
    ['seq pid flags len number', 'members of the header, and the number of the message'],
    ['verb kind name', "the first words of its line: 'verb=delete and kind=link'"],
    ['process', 'the name of the process'],
    ['PATH', "a key of the decoded value, at any depth: 'mtu>1500', 'linkinfo.kind=bond', 'value.type=blackhole'"],
  ],
} as const
