import { BAR_WIDTH } from './bars.js'
import { type Styled, styled } from './styled.js'
import { wrapped } from './wrapped.js'

/** The parts of a line. */
export interface Cells {
  readonly time: string
  readonly process: string
  readonly verb: string
  readonly kind: string
  readonly name: string
  readonly details: readonly string[]
  readonly outcome: Styled
  readonly latency: string
  readonly number: string
  /** Undefined if no line has a bar. */
  readonly bar?: string | undefined
}

/** Position of a part of the last line: its first column and its length. */
export interface Position {
  readonly start: number
  readonly length: number
}

/** Least and greatest width of a column. */
type Range = readonly [least: number, most: number]

/** Widths of the columns. */
interface Layout {
  readonly time: number
  readonly head: Range
  readonly name: Range
  readonly outcome: Range
  /** 0 leaves the column out. */
  readonly latency: number
  readonly number: number
}

const WIDE: Layout = { time: 12, head: [14, 30], name: [10, 32], outcome: [10, 24], latency: 10, number: 7 }
const NARROW: Layout = { time: 10, head: [10, 16], name: [6, 16], outcome: [7, 16], latency: 9, number: 5 }
/** Without latencies, which `--stats` contains too. */
const NARROWEST: Layout = { ...NARROW, latency: 0 }

/** Width of a line without a terminal. Longer details exceed it. */
const USUAL_WIDTH = 120
/** Widths of a terminal below which a narrower layout is used. Below the last one, there are no columns. */
const [NARROW_BELOW, NARROWEST_BELOW, COLUMNS_BELOW] = [110, 72, 56]
const GAP = 2
/** Indent of the lines below one without columns, and of what continues a line below. */
const [COLUMNLESS_INDENT, CONTINUED] = [4, 2]

const layoutOf = (width = USUAL_WIDTH): Layout =>
  width < NARROWEST_BELOW ? NARROWEST : width < NARROW_BELOW ? NARROW : WIDE

/** A column that grows with its content, up to a limit: lines are printed before the later ones are known. */
class Column {
  #width: number

  readonly #most: number

  constructor([least, most]: Range) {
    this.#width = least
    this.#most = most
  }

  get width(): number {
    return this.#width
  }

  pad(text: string): string {
    if (text.length > this.#width) this.#width = Math.min(text.length, this.#most)
    return text.padEnd(this.#width)
  }
}

/** Aligns the parts of lines in columns. */
export class Columns {
  readonly #layout: Layout
  readonly #process: Column
  readonly #head: Column
  readonly #name: Column
  readonly #outcome: Column
  #indent = 0
  #positions: readonly Position[] = []
  #namePosition: Position | undefined

  constructor(readonly width: number | undefined) {
    this.#layout = layoutOf(width)
    this.#process = new Column([0, 20])
    this.#head = new Column(this.#layout.head)
    this.#name = new Column(this.#layout.name)
    this.#outcome = new Column(this.#layout.outcome)
  }

  /** Returns a line. If the details do not fit the terminal next to the other columns, they have their own lines. */
  lines(cells: Cells): (readonly Styled[])[] {
    const { time, process, verb, kind, name, details, outcome, latency, number, bar } = cells
    const { width } = this
    if (width !== undefined && width < COLUMNS_BELOW) return this.#withoutColumns(cells, width)
    const layout = this.#layout
    const parts: Styled[] = [styled(`${time.padStart(layout.time)}  `, 'faint')]
    let used = layout.time + GAP
    this.#indent = used
    const put = (part: Styled) => {
      parts.push(part)
      used += part.text.length
    }
    const processCell = this.#process.pad(styled(process).text)
    if (processCell !== '') put(styled(`${processCell}  `, 'faint'))
    const words = styled([verb, kind].filter((word) => word !== '').join(' ')).text
    put(styled(`${this.#head.pad(words)}  `, 'kind'))
    this.#namePosition = { start: used, length: styled(name).text.length }
    put(styled(`${this.#name.pad(styled(name).text)}  `, 'strong'))
    const barWidth = bar === undefined ? 0 : BAR_WIDTH + GAP
    const result = this.#outcome.pad(outcome.text)
    const latencyCell = layout.latency === 0 ? '' : `  ${latency.padStart(layout.latency)}`
    const tail = result.length + latencyCell.length + layout.number + 2 * GAP
    const room = Math.max(0, (width ?? USUAL_WIDTH) - used - tail - (width === undefined ? 0 : barWidth))
    const texts = details.map((detail) => styled(detail).text)
    const isBelow = width !== undefined && texts.join('  ').length > room
    const shown = (isBelow ? '' : this.#details(texts, used, room)).padEnd(room)
    put(styled(shown === '' ? '' : `${shown}  `))
    put(styled(result, outcome.style))
    put(styled(latencyCell, 'faint'))
    put(styled(`  ${number}`, 'faint'))
    if (bar) put(styled(`${' '.repeat(Math.max(0, layout.number - number.length))}  ${bar}`, 'mark'))
    const line = width === undefined ? [parts] : wrapped(parts, width, this.#indent)
    if (!isBelow) return line
    return [...line, ...this.below([styled(this.#details(texts, this.#indent, width - this.#indent))])]
  }

  /** Returns the parts of a line one after the other, for terminals that have no room for columns. */
  #withoutColumns({ time, process, verb, kind, name, details, outcome, number }: Cells, width: number): Styled[][] {
    this.#indent = COLUMNLESS_INDENT
    this.#positions = []
    this.#namePosition = undefined
    const words = [styled(time, 'faint'), styled(process, 'faint'), styled(`${verb} ${kind}`.trim(), 'kind')]
    const all = [...words, styled(name, 'strong'), ...details.map((each) => styled(each)), outcome]
    const line = [...all, styled(number, 'faint')].filter(({ text }) => text !== '')
    const spaced = line.flatMap((part, index) => (index === 0 ? [part] : [styled(' '.repeat(GAP)), part]))
    return wrapped(spaced, width, this.#indent)
  }

  /** Returns the details as text. Keeps their positions if they fit into one line. */
  #details(details: readonly string[], start: number, room: number): string {
    let text = ''
    const positions: Position[] = []
    for (const detail of details) {
      if (text !== '') text += '  '
      positions.push({ start: start + text.length, length: detail.length })
      text += detail
    }
    this.#positions = this.width === undefined || text.length <= room ? positions : []
    return text
  }

  /** Returns the position of a detail of the last line. Undefined if the details have several lines. */
  detail(index: number): Position | undefined {
    return this.#positions[index]
  }

  /** Position of the name in the last line. */
  get name(): Position | undefined {
    return this.#namePosition
  }

  /** Returns lines below another one, indented. */
  below(parts: readonly Styled[]): Styled[][] {
    const line = [styled(' '.repeat(this.#indent)), ...parts]
    return this.width === undefined ? [line] : wrapped(line, this.width, this.#indent + CONTINUED)
  }
}
