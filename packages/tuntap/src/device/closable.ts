import { type Descriptor, forgotten } from '@netloom/netlink/socket'

/** Descriptors that are closed once, together. */
export interface Closable {
  readonly isOpen: boolean
  /** Functions that are called before the descriptors are closed. They must not refer to the owner, which would never be collected. */
  readonly beforeClose: Set<() => void>
  /** Further calls have no effect. */
  close(): void
}

/** Wraps descriptors so that they are closed once: by a call, or when `owner` is garbage-collected. Does not refer to the owner. */
export function closable(owner: object, ...descriptors: readonly Descriptor[]): Closable {
  const beforeClose = new Set<() => void>()
  const state = {
    isOpen: true,
    beforeClose,
    close() {
      if (!state.isOpen) return
      state.isOpen = false
      forgotten.unregister(state.close)
      for (const run of beforeClose) run()
      beforeClose.clear()
      for (const descriptor of descriptors) descriptor.close()
    },
  }
  forgotten.register(owner, state.close, state.close)
  return state
}
