import type { DissectedMessage } from '../../dissect/index.js'
import { JsonMessages, linkName, Redactor, SECRET } from '../../inspect/index.js'
import { inWords, Words } from '../../inspect/inline.js'
import { type Column, cellOf, columnOf, columnsFor, memberAt, type Row } from '../../inspect/table/columns.js'
import { type ColourChoice, hasColours } from '../colour.js'
import type { Printer } from '../command.js'
import { checkColumns } from '../filter-keys.js'
import { MessageDetail } from '../message-detail.js'
import { singleMessage } from '../single-message.js'
import type { Found } from './find.js'
import type { Dumped } from './objects.js'
import { table } from './table.js'

/** Options of the views. */
export interface ViewOptions {
  readonly columns: string | undefined
  readonly words: boolean
  readonly hex: boolean
  readonly secrets: boolean
  readonly color: string
}

const isColouredBy = ({ color }: ViewOptions): boolean =>
  hasColours(color as ColourChoice, process.stdout.isTTY === true, process.env)

/** Prints a JSON array, one element per line. */
export function printJson(out: Printer, { words, secrets }: ViewOptions, all: readonly Found[]): void {
  const json = new JsonMessages({ words, secrets })
  const values = all.flatMap(({ netns, objects }) =>
    objects.map((each) => {
      const { value } = json.object(each)
      // The namespace of an object, if several are shown.
      return netns === undefined ? value : { netns, ...(value as object) }
    }),
  )
  out.line('[')
  for (const [at, value] of values.entries()) out.line(`${JSON.stringify(value)}${at === values.length - 1 ? '' : ','}`)
  out.line(']')
}

/** Prints all parts of each object. */
export function printDetail(out: Printer, options: ViewOptions, all: readonly Found[]): void {
  const { hex, secrets } = options
  const detail = new MessageDetail(out, { bytes: hex, secrets, isColoured: isColouredBy(options) })
  let number = 0
  for (const { netns, objects } of all)
    for (const message of objects)
      detail.print(singleMessage(message, ++number, 'answer'), undefined, netns === undefined ? '' : `[${netns}] `)
}

/** Returns a function that describes objects in words. */
function rowsOf(secrets: boolean): (message: DissectedMessage) => Row {
  const redactor = new Redactor()
  return (message) =>
    (secrets ? message.describe(inWords) : redactor.describe(message, inWords, new Words(SECRET))) as Row
}

/** Returns the columns that the user gives. @throws {UsageError} if no object can have one */
export function chosenColumns(paths: string | undefined, { columns: known = [], declaration }: Dumped) {
  const chosen = paths?.split(',').map((path) => columnOf(path.trim(), known))
  checkColumns(
    (chosen ?? []).filter((column) => !known.includes(column)).map(({ path }) => path),
    declaration,
    known.map(({ title }) => title.toLowerCase()),
  )
  return chosen
}

/** Prints a table. On a terminal, it is cut to the width. */
export function printTable(out: Printer, options: ViewOptions, dumped: Dumped, all: readonly Found[]): void {
  const toRow = rowsOf(options.secrets)
  const rows = all.map((found) => ({ ...found, rows: found.objects.map(toRow) }))
  const objects = rows.flatMap((each) => each.rows)
  const chosen = chosenColumns(options.columns, dumped)
  const columns: readonly Column[] = chosen ?? dumped.columns ?? columnsFor(objects)
  const isPlaced = all.some(({ netns }) => netns !== undefined)
  const titles = [...(isPlaced ? ['NETNS'] : []), ...columns.map(({ title }) => title)]
  const cells = rows.flatMap(({ netns, names, rows: ofNamespace }) =>
    ofNamespace.map((row) => [
      ...(isPlaced ? [netns ?? ''] : []),
      ...columns.map((column) => cellOf(column, row, (index) => linkName(index, names))),
    ]),
  )
  const { isTTY: isTerminal = false, columns: width } = process.stdout
  for (const line of table(titles, cells, isTerminal ? width : undefined)) out.styled(line, isColouredBy(options))
  for (const column of objects.length === 0 ? [] : (chosen ?? []).filter((each) => isEmpty(each, objects)))
    out.complain(`--columns: no object has the member '${column.path}'`)
}

/** True if no object has the member of a column. */
const isEmpty = ({ path, text }: Column, rows: readonly Row[]) =>
  text === undefined && rows.every((row) => memberAt(row, path) === undefined)
