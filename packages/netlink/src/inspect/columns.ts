import { BAR_WIDTH } from './bars.js'
import { type Styled, styled } from './styled.js'

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
/** Widths of a terminal below which a narrower layout is used. */
const [NARROW_BELOW, NARROWEST_BELOW] = [110, 72]
/** Least room for details next to the other columns. In less room, longer details have their own line. */
const ENOUGH_DETAILS = 32
const GAP = 2

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

  /**
   * Returns a line. If the details do not fit the terminal, cuts them, or returns them as a second line if there is little room next to
   * the other columns.
   */
  lines({ time, process, verb, kind, name, details, outcome, latency, number, bar }: Cells): (readonly Styled[])[] {
    const { width } = this
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
    const isBelow = width !== undefined && room < ENOUGH_DETAILS && texts.join('  ').length > room
    const shown = (isBelow ? '' : this.#details(texts, used, room)).padEnd(room)
    put(styled(shown === '' ? '' : `${shown}  `))
    put(styled(result, outcome.style))
    put(styled(latencyCell, 'faint'))
    put(styled(`  ${number}`, 'faint'))
    if (bar) put(styled(`${' '.repeat(Math.max(0, layout.number - number.length))}  ${bar}`, 'mark'))
    if (!isBelow) return [this.#fitted(parts)]
    return [this.#fitted(parts), this.below([styled(this.#details(texts, this.#indent, width - this.#indent))])]
  }

  /** Returns the details as text, cut if they are too long, and keeps their positions. */
  #details(details: readonly string[], start: number, room: number): string {
    let text = ''
    const positions: Position[] = []
    for (const detail of details) {
      if (text !== '') text += '  '
      positions.push({ start: start + text.length, length: detail.length })
      text += detail
    }
    if (this.width === undefined || text.length <= room) {
      this.#positions = positions
      return text
    }
    const end = start + room - 1
    this.#positions = positions.filter((position) => position.start + position.length <= end)
    return `${text.slice(0, room - 1)}…`
  }

  /** Returns the position of a detail of the last line. Undefined if the line was cut before it. */
  detail(index: number): Position | undefined {
    return this.#positions[index]
  }

  /** Position of the name in the last line. */
  get name(): Position | undefined {
    return this.#namePosition
  }

  /** Returns a line below another one, indented. Cuts it if it does not fit the terminal. */
  below(parts: readonly Styled[]): Styled[] {
    return this.#fitted([styled(' '.repeat(this.#indent)), ...parts])
  }

  /** Cuts a line that does not fit the terminal. */
  #fitted(line: Styled[]): Styled[] {
    if (this.width === undefined) return line
    let room = this.width
    const cut: Styled[] = []
    for (const part of line) {
      if (part.text.length >= room) {
        cut.push({
          ...part,
          text: part.text.length === room ? part.text : `${part.text.slice(0, Math.max(0, room - 1))}…`,
        })
        return cut
      }
      cut.push(part)
      room -= part.text.length
    }
    return cut
  }
}
