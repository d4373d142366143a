import { existsSync, type FSWatcher, statSync, watch } from 'node:fs'
import { AsyncQueue } from '../connection/async-queue.js'
import { NAMED_NETNS } from '../socket/netns.js'
import { listNames, namedPath } from './mounts.js'

/** A name that was added or removed. */
export interface NetnsEvent {
  readonly type: 'added' | 'removed'
  readonly name: string
  /** Inode of the namespace, also if its name was removed. */
  readonly inode: number
}

/** Contains the folder of namespaces, which `ip netns add` creates with the first one. */
const ABOVE = '/run'

/** Milliseconds to wait for the mount after the file: they double each time, up to the last one. */
const RECHECK = { first: 2, most: 4096 }

function inodeOf(name: string): number | undefined {
  try {
    return statSync(namedPath(name)).ino
  } catch {
    return undefined
  }
}

/** Returns the inode of each named namespace. */
function present(): Map<string, number> {
  const inodes = listNames().map((name) => [name, inodeOf(name)] as const)
  return new Map(inodes.filter((each): each is [string, number] => each[1] !== undefined))
}

/** The changes of the names of namespaces, for `for await`. Close it, or leave the loop. */
export class NetnsWatch implements AsyncIterableIterator<NetnsEvent, undefined>, Disposable {
  readonly #events = new AsyncQueue<NetnsEvent>()
  #known: Map<string, number>
  /** Files that were created, but are no namespaces yet. */
  readonly #unmounted = new Set<string>()
  #watcher: FSWatcher | undefined
  #timer: NodeJS.Timeout | undefined

  constructor() {
    this.#watchFolder()
    this.#known = present()
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /** Waits for the next event. */
  next(): Promise<IteratorResult<NetnsEvent, undefined>> {
    return this.#events.next()
  }

  async return(): Promise<IteratorResult<NetnsEvent, undefined>> {
    this.close()
    return { done: true, value: undefined }
  }

  /** Ends the loop. Events that were not read are dropped. Further calls do nothing. */
  close(): void {
    clearTimeout(this.#timer)
    this.#watcher?.close()
    this.#events.clear()
    this.#events.end()
  }

  /** Ends the loop: see {@link NetnsWatch.close}. */
  [Symbol.dispose](): void {
    this.close()
  }

  /** Watches the folder, or the one above until the first namespace is created. */
  #watchFolder(): void {
    const exists = existsSync(NAMED_NETNS)
    this.#watcher?.close()
    this.#watcher = watch(exists ? NAMED_NETNS : ABOVE, (_, file) => {
      if (!exists && !existsSync(NAMED_NETNS)) return
      if (!exists) this.#watchFolder()
      if (file !== null) this.#unmounted.add(file)
      this.#look(RECHECK.first)
    })
    this.#watcher.on('error', (error) => {
      this.close()
      this.#events.end(error)
    })
  }

  /** Compares the names with the known ones. While a file is there that may become a namespace, looks again after a delay. */
  #look(delay: number): void {
    if (this.#events.isEnded) return
    const found = present()
    const push = (type: NetnsEvent['type'], [name, inode]: readonly [string, number]) =>
      this.#events.push({ type, name, inode })
    for (const each of this.#known) if (found.get(each[0]) !== each[1]) push('removed', each)
    for (const each of found) if (this.#known.get(each[0]) !== each[1]) push('added', each)
    this.#known = found
    for (const file of this.#unmounted)
      if (found.has(file) || !existsSync(namedPath(file)) || delay > RECHECK.most) this.#unmounted.delete(file)
    clearTimeout(this.#timer)
    if (this.#unmounted.size > 0) this.#timer = setTimeout(() => this.#look(delay * 2), delay)
  }
}
