import type { Declaration } from '../codec/index.js'
import type { DissectedMessage } from '../dissect/index.js'
import { CaptureNames, Filter, FilterError, type Names } from '../inspect/index.js'
import { UsageError } from './declaration.js'
import { checkKeys } from './filter-keys.js'
import { singleMessage } from './single-message.js'

/** Parses a filter. @throws {UsageError} if it is invalid */
export const filterOf = (text: string, names: Names): Filter => asUsageError(() => new Filter(text, names))

function asUsageError<T>(parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (error instanceof FilterError) throw new UsageError(`--filter: ${error.message}`)
    throw error
  }
}

/** Selects messages that are not part of a capture: notifications, or dumped objects. */
export class MessageFilter {
  readonly #filter: Filter

  /** @throws {UsageError} if the filter is invalid */
  constructor(
    text: string,
    names: Names,
    readonly role: 'event' | 'answer',
  ) {
    this.#filter = filterOf(text, names)
  }

  /**
   * Checks a filter. `declarations` are those of the messages; undefined if they are unknown.
   * @throws {UsageError} if it is invalid, or if no such message has one of its keys
   */
  static check(text: string, declarations: readonly Declaration<unknown>[] | undefined): void {
    const filter = filterOf(text, new CaptureNames())
    if (declarations !== undefined) asUsageError(() => checkKeys(filter, declarations))
  }

  /** True if the filter selects the message. `number` is its position, from 1. */
  selects(message: DissectedMessage, number: number): boolean {
    const { inspected, role, conversation } = singleMessage(message, number, this.role)
    return this.#filter.selects(inspected, role, conversation)
  }
}
