import type { DissectedMessage } from '../dissect/index.js'
import { CaptureNames } from './names.js'

/** A name that a link has from a message on. */
interface Named {
  readonly from: number
  readonly name: string
}

/** Names of links at any message of a capture: an index may belong to several links, one after the other. */
export class NameHistory extends CaptureNames {
  readonly #names = new Map<number, Named[]>()
  #count = 0
  /** Number of the message whose names `link` returns. Default: those after the last message. */
  at = Number.POSITIVE_INFINITY

  override link(index: number): string | undefined {
    return this.#names.get(index)?.findLast(({ from }) => from <= this.at)?.name
  }

  override learn(message: DissectedMessage): void {
    this.#count++
    super.learn(message)
  }

  protected override named(index: number, name: string): void {
    const names = this.#names.get(index)
    if (names === undefined) this.#names.set(index, [{ from: this.#count, name }])
    else if (names.at(-1)?.name !== name) names.push({ from: this.#count, name })
  }
}
