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

/** Width of a line without a terminal. Longer details exceed it. */
const USUAL_WIDTH = 120
const OUTCOME_WIDTH = 10
const LATENCY_WIDTH = 10
const NUMBER_WIDTH = 7
const LEAST_DETAILS = 12
const GAP = 2

/** A column that grows with its content, up to a limit: lines are printed before the later ones are known. */
class Column {
  #width: number

  constructor(
    least: number,
    readonly most: number,
  ) {
    this.#width = least
  }

  get width(): number {
    return this.#width
  }

  pad(text: string): string {
    if (text.length > this.#width) this.#width = Math.min(text.length, this.most)
    return text.padEnd(this.#width)
  }
}

/** Aligns the parts of lines in columns. */
export class Columns {
  readonly #process = new Column(0, 20)
  readonly #head = new Column(14, 30)
  readonly #name = new Column(10, 32)
  readonly #outcome = new Column(OUTCOME_WIDTH, 24)
  #indent = 0
  #positions: readonly Position[] = []
  #namePosition: Position | undefined

  constructor(readonly width: number | undefined) {}

  /** Returns a line. Cuts the details if it does not fit the terminal. */
  line({ time, process, verb, kind, name, details, outcome, latency, number, bar }: Cells): Styled[] {
    const parts: Styled[] = [styled(`${time.padStart(12)}  `, 'faint')]
    let used = 14
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
    const tail = result.length + LATENCY_WIDTH + NUMBER_WIDTH + 2 * GAP
    const room = Math.max(
      LEAST_DETAILS,
      (this.width ?? USUAL_WIDTH) - used - tail - (this.width === undefined ? 0 : barWidth),
    )
    put(styled(`${this.#details(details, used, room).padEnd(room)}  `))
    put(styled(result, outcome.style))
    put(styled(`  ${latency.padStart(LATENCY_WIDTH)}`, 'faint'))
    put(styled(`  ${number}`, 'faint'))
    if (bar) put(styled(`${' '.repeat(Math.max(0, NUMBER_WIDTH - GAP - number.length))}  ${bar}`, 'mark'))
    return parts
  }

  #details(details: readonly string[], start: number, room: number): string {
    let text = ''
    const positions: Position[] = []
    for (const detail of details) {
      const escaped = styled(detail).text
      if (text !== '') text += '  '
      positions.push({ start: start + text.length, length: escaped.length })
      text += escaped
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
    const line = [styled(' '.repeat(this.#indent)), ...parts]
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
