import type { ObjectKind, Objects } from './kinds.js'
import type { Difference } from './store.js'

/** An object that came, changed or went. */
export type ObjectChange = {
  [K in ObjectKind]: Difference<Objects[K]> & {
    readonly type: K
    /** The kernel did not tell of it: it was found out, as it has to do with something that was told, or after an overrun. */
    readonly derived: boolean
  }
}[ObjectKind]

/** Notifications were lost (`overrun`); what they told was found out, and the changes are told (`resynchronised`). */
export interface SyncChange {
  readonly type: 'overrun' | 'resynchronised'
}

/** What happens to a cache, by `type`. */
export type Change = ObjectChange | SyncChange

/** So many changes wait for one that reads them. */
const QUEUE = 65_536

/** Changes from a moment on, for `for await`. Leaving the loop ends it. */
export interface Changes extends AsyncIterableIterator<Change>, Disposable {
  close(): void
}

/** Who is told of changes. */
export interface Audience {
  tell(change: Change): void
  /** Calls `listener` at once with each change, until that is called off. As long as it listens, `source` is not collected. */
  listen(listener: (change: Change) => void, source: object): () => void
  /** Changes, which wait until they are read. Who is slower than 65,536 of them is told an `overrun`, and reads the cache anew. */
  changes(source: object): Changes
  /** Ends all: iterations with `error`, if there is one. */
  end(error?: unknown): void
}

export function createAudience(): Audience {
  const listeners = new Map<(change: Change) => void, object>()
  const endings = new Set<(error?: unknown) => void>()
  let ended: { readonly error: unknown } | undefined
  const listen = (listener: (change: Change) => void, source: object) => {
    listeners.set(listener, source)
    return () => {
      listeners.delete(listener)
    }
  }
  return {
    tell(change) {
      for (const listener of listeners.keys()) {
        try {
          listener(change)
        } catch (error) {
          // It is the listener's trouble, and must not keep the cache from what is true.
          queueMicrotask(() => {
            throw error
          })
        }
      }
    },
    listen,
    changes(source) {
      const changes = changesOf((listener) => listen(listener, source), endings)
      if (ended) for (const end of endings) end(ended.error)
      return changes
    },
    end(error) {
      ended ??= { error }
      listeners.clear()
      for (const end of endings) end(error)
      endings.clear()
    },
  }
}

function changesOf(
  listen: (listener: (change: Change) => void) => () => void,
  endings: Set<(error?: unknown) => void>,
): Changes {
  let queue: Change[] = []
  let ended = false
  let failure: unknown
  let wake = () => {}
  const wakeAll = () => {
    const all = wake
    wake = () => {}
    all()
  }
  const callOff = listen((change) => {
    if (queue.length >= QUEUE) queue = [{ type: 'overrun' }]
    queue.push(change)
    wakeAll()
  })
  const end = (error?: unknown) => {
    ended = true
    failure = error
    endings.delete(end)
    callOff()
    wakeAll()
  }
  endings.add(end)
  const changes: Changes = {
    async next() {
      for (;;) {
        const value = queue.shift()
        if (value !== undefined) return { done: false, value }
        if (failure !== undefined) throw failure
        if (ended) return { done: true, value: undefined }
        // Several may wait: each looks again.
        await new Promise<void>((resolve) => {
          const others = wake
          wake = () => {
            others()
            resolve()
          }
        })
      }
    },
    async return() {
      changes.close()
      return { done: true, value: undefined }
    },
    close() {
      queue = []
      end()
    },
    [Symbol.dispose]: () => changes.close(),
    [Symbol.asyncIterator]: () => changes,
  }
  return changes
}
