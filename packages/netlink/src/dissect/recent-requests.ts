/** The part of a request that its answer needs. */
export interface RecentRequest {
  /** Name of the message, e.g. `RTM_NEWLINK`. */
  readonly type: string
  readonly bytes: Buffer
  /** Port id in its header. Most programs leave it 0. */
  readonly pid: number
}

/** Number of unanswered requests to keep. Up to twice as many are kept at times. */
const KEPT = 4096

/**
 * The unanswered requests, by key. When there are too many, the older half is dropped: finding the single oldest one in a Map
 * is slow.
 */
export class RecentRequests {
  #newer = new Map<string, RecentRequest>()
  #older = new Map<string, RecentRequest>()

  get(key: string): RecentRequest | undefined {
    return this.#newer.get(key) ?? this.#older.get(key)
  }

  set(key: string, request: RecentRequest): void {
    if (this.#newer.size === KEPT) {
      this.#older = this.#newer
      this.#newer = new Map()
    }
    this.#newer.set(key, request)
  }

  delete(key: string): void {
    this.#newer.delete(key)
    this.#older.delete(key)
  }
}
