import { statSync } from 'node:fs'
import { ArgumentError, show } from '../codec/error.js'
import { closeFile } from '../socket/close-file.js'
import { forgotten } from '../socket/forgotten.js'
import { withNetns } from '../socket/netns.js'
import { isNetnsFile, listNames, mountNewNetns, namedPath, openNewNetns, unmountNetns } from './mounts.js'
import { NetnsWatch } from './watch.js'

/** NAME_MAX, linux/limits.h */
const LONGEST_NAME = 255

/** Returns a valid name. iproute2 accepts the same ones. @throws {TypeError} */
export function validName(name: string): string {
  const fits = typeof name === 'string' && !['', '.', '..'].includes(name) && !/[/\0\p{Surrogate}]/u.test(name)
  if (!fits || Buffer.byteLength(name) > LONGEST_NAME)
    throw new ArgumentError(
      `expected the name of a namespace to be 1 to ${LONGEST_NAME} bytes without '/', neither '.' nor '..', got ${show(name)}`,
    )
  return name
}

/**
 * A network namespace with a name: a mount under `/run/netns`, as `ip netns add` creates it. It can be passed wherever a namespace
 * is given. A name is all that it has, so there is nothing to close.
 *
 * ```ts
 * const blue = Netns.create('blue')
 * using nl = Netlink.open({ netns: blue })
 * blue.delete()
 * ```
 *
 * None of these calls waits for anything, so they have one form: a few system calls on the calling thread.
 */
export class Netns {
  readonly name: string
  readonly path: string

  /** Refers to a namespace by its name. It need not exist. @throws {TypeError} for a name that no namespace can have */
  constructor(name: string) {
    this.name = validName(name)
    this.path = namedPath(name)
  }

  /**
   * Creates a network namespace with a name, like `ip netns add`. Its `lo` is down. The calling thread enters it for a moment. After an
   * error, there is neither a namespace nor a file.
   * @throws {NetnsError} `EEXIST` if the name is taken, `EPERM` without CAP_SYS_ADMIN, `EACCES` if `/run/netns` is not writable
   */
  static create(name: string): Netns {
    const netns = new Netns(name)
    mountNewNetns(name)
    return netns
  }

  /**
   * Creates a network namespace without a name. It exists until it is closed and no process, socket or mount uses it any more. If the
   * process ends, even by SIGKILL, the kernel deletes it.
   * @throws {SystemError} `EPERM` without CAP_SYS_ADMIN
   */
  static anonymous(): AnonymousNetns {
    return new AnonymousNetns(openNewNetns())
  }

  /** Lists the named namespaces, like `ip netns list`, sorted by name. Files that are no network namespaces are left out. */
  static list(): Netns[] {
    return listNames().map((name) => new Netns(name))
  }

  /** Deletes a name: see {@link Netns.delete} of an object. */
  static delete(name: string): void {
    unmountNetns(validName(name))
  }

  /**
   * Watches the names of namespaces. Yields the names that are added and removed after this call, until it is closed.
   *
   * ```ts
   * for await (const { type, name } of Netns.watch()) console.log(type, name)
   * ```
   *
   * The kernel announces files, not mounts. So these changes are missed: a name that is added and removed at once, a namespace that
   * is mounted on an existing one or unmounted without deleting its file, and namespaces without a name. Ids of namespaces are
   * announced by `nl.connection.monitor(['NSID'])`.
   */
  static watch(): NetnsWatch {
    return new NetnsWatch()
  }

  /** Inode of the namespace, as in `net:[4026531840]`; undefined if it does not exist. Two names of one namespace have the same. */
  get inode(): number | undefined {
    return isNetnsFile(this.path) ? statSync(this.path).ino : undefined
  }

  /**
   * Runs a synchronous function while the calling thread is in the namespace, and returns its result: see `withNetns`.
   * @throws {SystemError} `ENOENT` if the namespace does not exist, `EPERM` without CAP_SYS_ADMIN
   */
  run<T>(fn: () => T): T {
    return withNetns(this, fn)
  }

  /**
   * Deletes the name, like `ip netns delete`. The namespace itself exists until no process, socket or other mount uses it any more.
   * The kernel then deletes its virtual links, and returns physical ones to the initial namespace.
   * @throws {NetnsError} `ENOENT` if there is no such name, `EINVAL` if the file is neither a namespace nor an empty mount point of
   * `ip netns add`: it is left alone
   */
  delete(): void {
    unmountNetns(this.name)
  }
}

/** A network namespace without a name, which its open descriptor keeps alive. */
export class AnonymousNetns implements Disposable {
  /** A path for this process and others of its user, until the namespace is closed. */
  declare readonly path: string
  readonly #close: () => void
  #isClosed = false

  /** @param fd an open descriptor of the namespace, which this object owns */
  constructor(fd: number) {
    // In a thread's own folder of /proc, it would have another path for each thread. Own, because options are copied.
    const path = `/proc/${process.pid}/fd/${fd}`
    const open = () => {
      if (this.#isClosed) throw new ArgumentError('expected an open namespace, got one that was closed')
      return path
    }
    Object.defineProperty(this, 'path', { enumerable: true, get: open })
    this.#close = () => closeFile(fd)
    forgotten.register(this, this.#close, this.#close)
  }

  /** Inode of the namespace, as in `net:[4026531840]`. */
  get inode(): number {
    return statSync(this.path).ino
  }

  /** Runs a synchronous function while the calling thread is in the namespace: see {@link Netns.run}. */
  run<T>(fn: () => T): T {
    return withNetns(this, fn)
  }

  /** Closes the descriptor. The kernel deletes the namespace when nothing else uses it. Further calls do nothing. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    forgotten.unregister(this.#close)
    this.#close()
  }

  /** Closes the descriptor: see {@link AnonymousNetns.close}. */
  [Symbol.dispose](): void {
    this.close()
  }
}
