import { type Command, command } from './command.js'
import { type Declaration, UsageError } from './declaration.js'
import { findObjects } from './dump/find.js'
import { objectNames, objectsOf } from './dump/objects.js'
import { chosenColumns, printDetail, printJson, printTable } from './dump/views.js'
import { MessageFilter } from './message-filter.js'
import { allNetnsOption, colourOption, filterOption, filterSection, netnsOption, secretsOption } from './options.js'

const declaration = {
  description: [
    'Prints a table of the objects of one kind. Indexes of links are shown as names. On a terminal, the table is cut to its width.',
    'Control characters in names and strings are printed as \\uXXXX. Keys and passwords are printed as (secret).',
  ],
  operands: {
    usage: 'OBJECTS',
    help: `one of ${objectNames.join(' ')}; FAMILY and COMMAND of generic netlink are the kernel's names, e.g. generic:nl80211:NL80211_CMD_GET_WIPHY. The words of ip work too: link, addr, route, neigh, qdisc`,
    suggests: objectNames,
    least: 1,
    most: 1,
  },
  options: {
    columns: {
      value: 'PATHS',
      help: 'shows these members, separated by commas, e.g. ifname,linkinfo.kind,stats64.rxBytes; they are those of --json, without attrs',
    },
    detail: { short: 'd', help: 'prints all attributes of each object, as netloom decode -d does' },
    hex: { short: 'x', help: 'like -d, with the bytes of each part: their offset, and hexadecimal' },
    json: {
      help: 'prints a JSON array: bytes as hex text; 64-bit numbers as a number if that is exact, else as text',
    },
    words: { help: 'with --json: names in place of numbers that have one' },
    filter: { ...filterOption, help: "prints the objects that FILTER selects: 'linkinfo.kind=bond and mtu<9000'" },
    secrets: secretsOption,
    color: colourOption,
    netns: netnsOption,
    'all-netns': allNetnsOption,
  },
  sections: [filterSection],
  examples: [
    ['netloom dump links', 'Prints a table of links'],
    ["netloom dump routes --filter 'oif=eth0 and protocol=dhcp'", 'Prints the routes that DHCP has added to a link'],
    ['netloom dump links --columns ifname,mtu,master,linkinfo.kind', 'Chooses the columns'],
    ['netloom dump routes --all-netns', 'Prints the routes of all namespaces'],
    ['netloom dump nft-rules -d', 'Prints the rules of nftables with all attributes'],
    ['netloom dump sockets --json --words --netns blue', 'Prints the sockets of a namespace as JSON'],
  ],
  exitCodes: {
    0: 'the objects are printed',
    1: 'the kernel or the machine refuses',
    2: 'the arguments are wrong',
  },
} as const satisfies Declaration

/** The command `netloom dump`. */
export const dump: Command = command(declaration, ({ options, operands }, out) => {
  const dumped = objectsOf(operands[0] ?? '')
  const { columns, json, detail, hex, filter, netns, 'all-netns': isAll } = options
  const isDetailed = detail || hex
  if (columns !== undefined && (json || isDetailed))
    throw new UsageError('expected --columns without --json, -d and -x')
  if (json && isDetailed) throw new UsageError('expected --json, or -d and -x, got both')
  if (isAll && netns !== undefined) throw new UsageError('expected --netns or --all-netns, got both')
  if (filter !== undefined) MessageFilter.check(filter, [dumped.declaration])
  chosenColumns(columns, dumped)
  const found = findObjects(dumped, options, !isDetailed)
  if (json) printJson(out, options, found)
  else if (isDetailed) printDetail(out, options, found)
  else printTable(out, options, dumped, found)
  return 0
})
