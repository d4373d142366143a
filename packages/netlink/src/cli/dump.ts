import { type DescribeOptions, describe } from '../codec/index.js'
import { Connection } from '../connection/connection.js'
import type { ConnectionOptions } from '../connection/options.js'
import { toJson } from '../dissect/index.js'
import { hasColours } from './colour.js'
import { type Command, command, type Printer } from './command.js'
import { type Declaration, type Parsed, UsageError } from './declaration.js'
import { type Column, cellOf, columnOf, columnsFor, memberAt, type Row } from './dump/columns.js'
import { type Dumped, objectNames, objectsOf } from './dump/objects.js'
import { table } from './dump/table.js'
import { allNamespaces, isMissing } from './namespaces.js'
import { allNetnsOption, colourOption, netnsOption } from './options.js'
import { inWords, showNest } from './print.js'

const declaration = {
  description: [
    'Prints a table of all objects of one kind. Indexes of links are shown as names. On a terminal, the table is cut to its width.',
  ],
  operands: {
    usage: 'OBJECTS',
    help: `one of ${objectNames.join(' ')}; FAMILY and COMMAND of generic netlink are the kernel's names, e.g. generic:nl80211:NL80211_CMD_GET_WIPHY`,
    suggests: objectNames,
    least: 1,
    most: 1,
  },
  options: {
    columns: {
      value: 'PATHS',
      help: 'shows these members, separated by commas, e.g. ifname,linkinfo.kind,stats64.rxBytes; they are those of --json, without attrs',
    },
    detail: { short: 'd', help: 'prints all attributes, in place of a table' },
    json: {
      help: 'prints a JSON array: bytes as hex text; 64-bit numbers as a number if that is exact, else as text',
    },
    words: { help: 'with --json: names in place of numbers that have one' },
    color: colourOption,
    netns: netnsOption,
    'all-netns': allNetnsOption,
  },
  examples: [
    ['netloom dump links', 'Prints a table of links'],
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

type Options = Parsed<typeof declaration>['options']

/** The objects of one namespace. */
interface Found {
  /** Name of the namespace, if several are shown. */
  readonly netns: string | undefined
  readonly objects: readonly unknown[]
  readonly linkName: (index: number) => string
}

/** Returns a function that returns the names of links. It requests all links at its first call. */
function linkNames(options: ConnectionOptions): (index: number) => string {
  let names: ReadonlyMap<number, string> | undefined
  const read = () => {
    const netlink = Connection.open(options)
    try {
      return new Map(netlink.dumpSync('RTM_GETLINK').map(({ index, attrs }) => [index, attrs.ifname ?? `#${index}`]))
    } finally {
      netlink.close()
    }
  }
  return (index) => {
    names ??= read()
    return names.get(index) ?? `#${index}`
  }
}

function find({ list }: Dumped, { netns, 'all-netns': isAll }: Options): Found[] {
  if (!isAll) return [{ netns: undefined, objects: list({ netns }), linkName: linkNames({ netns }) }]
  if (netns !== undefined) throw new UsageError('expected --netns or --all-netns, got both')
  return allNamespaces().flatMap((each) => {
    const options = { netns: each.netns }
    try {
      return [{ netns: each.name, objects: list(options), linkName: linkNames(options) }]
    } catch (error) {
      if (each.netns !== undefined && isMissing(error)) return []
      throw error
    }
  })
}

/** Yields a JSON array, one element per line. */
function* jsonLines(values: readonly unknown[]): Generator<string> {
  yield '['
  for (const [index, value] of values.entries()) {
    yield `${JSON.stringify(toJson(value))}${index === values.length - 1 ? '' : ','}`
  }
  yield ']'
}

/** Adds the namespace of an object, if several are shown. */
const placed = (netns: string | undefined, value: unknown) =>
  netns === undefined ? value : { netns, ...(value as object) }

function printTable(out: Printer, { columns: given, color }: Options, dumped: Dumped, all: readonly Found[]): void {
  const rows = all.map((found) => ({
    ...found,
    rows: found.objects.map((each) => describe(dumped.declaration, each, inWords) as Row),
  }))
  const known = dumped.columns ?? []
  const chosen = given?.split(',').map((path) => columnOf(path.trim(), known))
  const columns: readonly Column[] = chosen ?? dumped.columns ?? columnsFor(rows.flatMap((each) => each.rows))
  const isPlaced = all.some(({ netns }) => netns !== undefined)
  const titles = [...(isPlaced ? ['NETNS'] : []), ...columns.map(({ title }) => title)]
  const cells = rows.flatMap(({ netns, linkName, rows: ofNamespace }) =>
    ofNamespace.map((row) => [
      ...(isPlaced ? [netns ?? ''] : []),
      ...columns.map((column) => cellOf(column, row, linkName)),
    ]),
  )
  const { isTTY: isTerminal = false, columns: width } = process.stdout
  const isColoured = hasColours(color, isTerminal, process.env)
  for (const line of table(titles, cells, isTerminal ? width : undefined)) out.styled(line, isColoured)
  const objects = rows.flatMap((each) => each.rows)
  for (const column of objects.length === 0 ? [] : (chosen ?? []).filter((each) => isEmpty(each, objects)))
    out.complain(`--columns: no object has the member '${column.path}'`)
}

/** True if no object has the member of a column. */
const isEmpty = ({ path, text }: Column, rows: readonly Row[]) =>
  text === undefined && rows.every((row) => memberAt(row, path) === undefined)

/** The command `netloom dump`. */
export const dump: Command = command(declaration, ({ options, operands }, out) => {
  const dumped = objectsOf(operands[0] ?? '')
  if (options.columns !== undefined && (options.json || options.detail))
    throw new UsageError('expected --columns without --json and -d')
  const found = find(dumped, options)
  const described = (words?: DescribeOptions) =>
    found.flatMap(({ netns, objects }) =>
      objects.map((each) => placed(netns, describe(dumped.declaration, each, words))),
    )
  const raw = () => found.flatMap(({ netns, objects }) => objects.map((each) => placed(netns, each)))
  if (options.json) for (const line of jsonLines(options.words ? described() : raw())) out.line(line)
  else if (options.detail) for (const line of showNest(described(inWords), '')) out.line(line)
  else printTable(out, options, dumped, found)
  return 0
})
