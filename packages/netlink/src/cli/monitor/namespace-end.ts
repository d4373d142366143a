import { realpathSync, statSync } from 'node:fs'
import { Netns } from '../../netns/index.js'
import type { NetnsWatch } from '../../netns/watch.js'
import { NAMED_NETNS, pathOf } from '../../socket/netns.js'

/** Milliseconds between two looks at a path outside of /run/netns, such as that of a process. */
const INTERVAL = 500

/** The monitored namespace was removed. */
export class NamespaceRemovedError extends Error {
  override readonly name = 'NamespaceRemovedError'
  readonly code = 'ENOENT'

  constructor(netns: string) {
    super(`the network namespace ${netns} was removed`)
  }
}

function inodeOf(path: string): number | undefined {
  try {
    return statSync(path).ino
  } catch {
    return undefined
  }
}

/** True for the path of a name. */
function isNamed(path: string): boolean {
  try {
    return realpathSync(path).startsWith(`${NAMED_NETNS}/`)
  } catch {
    return false
  }
}

/**
 * Notices that a namespace is removed. The sockets of a monitor keep the namespace itself, in which nothing happens any more, so only its
 * name or path shows that. Create it before the sockets: then a namespace that replaces another one is noticed, too.
 */
export class NamespaceEnd implements Disposable {
  readonly #path: string
  readonly #inode: number | undefined
  readonly #names: NetnsWatch | undefined
  readonly #timer: NodeJS.Timeout | undefined

  /** `removed` is called with an error. A namespace that does not exist is left to the code that opens it. */
  constructor(netns: string, removed: (error: unknown) => void) {
    this.#path = pathOf(netns)
    const isWatched = isNamed(this.#path)
    if (isWatched) this.#names = Netns.watch()
    this.#inode = inodeOf(this.#path)
    if (this.#inode === undefined) return
    const look = () => {
      if (inodeOf(this.#path) !== this.#inode) removed(new NamespaceRemovedError(netns))
    }
    if (isWatched) this.#follow(look).catch(removed)
    else this.#timer = setInterval(look, INTERVAL)
  }

  async #follow(look: () => void): Promise<void> {
    for await (const _ of this.#names ?? []) look()
  }

  [Symbol.dispose](): void {
    this.#names?.close()
    clearInterval(this.#timer)
  }
}
