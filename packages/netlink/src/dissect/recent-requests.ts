/** A request as far as its answer needs it. */
export interface RecentRequest {
  /** e.g. `RTM_NEWLINK` */
  readonly type: string
  readonly bytes: Buffer
}

/** Number of unanswered requests to keep. At least this many are kept, and at most twice as many. */
const KEPT = 4096

/** The unanswered requests. Half of them are dropped at a time, because finding the oldest one in a Map takes long. */
export class RecentRequests {
  #newer = new Map<string, RecentRequest>()
  #older = new Map<string, RecentRequest>()

  get(key: string): RecentRequest | undefined {
    return this.#newer.get(key) ?? this.#older.get(key)
  }

  has(key: string): boolean {
    return this.#newer.has(key) || this.#older.has(key)
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
