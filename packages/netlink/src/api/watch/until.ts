import type { ObjectKind } from '../../cache/index.js'
import { ArgumentError } from '../../codec/error.js'
import { show } from '../../codec/index.js'
import { validateWaitOptions, type WaitOptions } from '../../connection/options.js'
import { type CacheNotice, type ChangeSource, toEvent } from './event-queue.js'
import type { ObjectEvent } from './types.js'

/** Longest delay of setTimeout, in milliseconds. */
const LONGEST_TIMER = 0x7fffffff

/** A condition was not met in time. */
export class UntilTimeoutError extends Error {
  override readonly name = 'UntilTimeoutError'
  readonly code = 'ERR_NETLINK_UNTIL_TIMEOUT'

  constructor(
    /** Milliseconds that `until` waited. */
    readonly timeout: number,
    /** The last change that the cache saw while it waited; undefined if there was none. */
    readonly lastEvent: ObjectEvent | undefined,
  ) {
    const seen = lastEvent === undefined ? 'nothing changed' : `the last change was ${eventText(lastEvent)}`
    super(`expected the condition to be met within ${timeout} ms; ${seen}`)
  }
}

/** A value that meets a condition. */
export type Met<T> = Exclude<T, undefined | null | false>

/** Waits for a condition on a cache: `until` of `NetlinkCache`. */
export function waitUntil<T>(cache: ChangeSource, condition: () => T, options: WaitOptions): Promise<Met<T>> {
  const { timeout = Number.POSITIVE_INFINITY, signal } = validateWaitOptions(options)
  return new Promise((resolve, reject) => {
    let last: ObjectEvent | undefined
    let isScheduled = false
    let isEnded = false
    let timer: NodeJS.Timeout | undefined
    const end = (settle: () => void) => {
      if (isEnded) return
      isEnded = true
      clearTimeout(timer)
      unsubscribe()
      signal?.removeEventListener('abort', aborted)
      settle()
    }
    const aborted = () => end(() => reject(signal?.reason))
    const check = () => {
      isScheduled = false
      if (isEnded) return
      try {
        const value = condition()
        if (value instanceof Promise)
          throw new ArgumentError('expected condition to return a value at once, got a promise: it may not wait')
        if (value !== undefined && value !== null && value !== false) end(() => resolve(value as Met<T>))
      } catch (error) {
        end(() => reject(error))
      }
    }
    const unsubscribe = cache.subscribe((notice: CacheNotice) => {
      if (!('type' in notice)) last = toEvent(notice)
      else if (notice.type === 'end')
        return end(() => reject(notice.error ?? new ArgumentError('expected an open cache, got one that was closed')))
      // Many changes are applied at once: checks after the last one of them.
      if (!isScheduled) queueMicrotask(check)
      isScheduled = true
    })
    if (signal?.aborted) return aborted()
    signal?.addEventListener('abort', aborted)
    if (timeout <= LONGEST_TIMER)
      timer = setTimeout(() => end(() => reject(new UntilTimeoutError(timeout, last))), timeout)
    check()
  })
}

/** Returns an event in words: `link eth0 changed: mtu 1500 → 1400`. */
export function eventText({ kind, type, object, changes }: ObjectEvent): string {
  const members = changes.map(({ key, before, after }) => `${key} ${show(before)} → ${show(after)}`)
  return `${kind} ${nameOf(kind, object)} ${type}${members.length === 0 ? '' : `: ${members.join(', ')}`}`
}

function nameOf(kind: ObjectKind, object: ObjectEvent['object']): string {
  const { name, address, dst, priority, id, handle, parent, index } = object as unknown as Record<string, unknown>
  return String(kind === 'link' ? name : (dst ?? address ?? priority ?? id ?? handle ?? parent ?? index ?? ''))
}
