import { openSync } from 'node:fs'
import koffi from 'koffi'
import { closeFile } from './close-file.js'
import { SystemError } from './error.js'
import type { Descriptor, Libc, Readiness } from './libc.js'
import { prototypes } from './prototypes.js'
import { timedWatch } from './timed-watch.js'

type Call = (...args: unknown[]) => number

/** The process has libc loaded already, whichever one it is. */
const openLibc = () => koffi.load(null)

/** A call that is looked up when it is first made: importing this loads nothing but koffi. */
function lazily(prototype: string): Call {
  let call: Call | undefined
  return (...args) => {
    call ??= openLibc().func(prototype) as Call
    const result = call(...args)
    return result === -1 ? -koffi.errno() : result
  }
}

/** The calls through koffi, for Node. */
export const libc = Object.fromEntries(
  Object.entries(prototypes).map(([name, prototype]) => [name, lazily(prototype)]),
) as unknown as Libc

/** The address of a buffer's bytes. */
export const addressOf = (bytes: Uint8Array): bigint => koffi.address(bytes)

const inWorker = () => !process.getBuiltinModule('node:worker_threads').isMainThread

const O_CLOEXEC = 0o2000000

/**
 * Takes over a descriptor that `libc` opened, so that it does not outlive its thread. The process closes what the main thread
 * leaves open. For a worker thread only Node can do that, as no JavaScript runs when it is terminated; and Node only closes what
 * its own `fs` has opened. So `fs` opens something that always exists, and that descriptor becomes another name of this one.
 */
export function adopt(fd: number): Descriptor {
  if (!inWorker()) return { fd, close: () => void libc.close(fd) }
  const owned = openSync('/', 'r')
  const result = libc.dup3(fd, owned, O_CLOEXEC)
  libc.close(fd)
  if (result < 0) {
    closeFile(owned)
    throw new SystemError('dup3', -result)
  }
  return { fd: owned, close: () => closeFile(owned) }
}

/** The handles that libuv may call back for. */
const armed = new Set<{ stop(): void }>()

/** A callback into an environment that is being torn down aborts the process, so that none may be left by then. */
const disarmAll = () => {
  for (const handle of armed) handle.stop()
}

/**
 * Readiness by libuv's own loop: no thread. A worker may end at any moment, and libuv would still call into it, which ends
 * the process: there it is looked for from time to time. So it is on Deno, whose loop is another one: koffi ends the process after
 * some calls back from it.
 */
export function watch(fd: number, onReadable: () => void): Readiness {
  return inWorker() || 'Deno' in globalThis
    ? timedWatch((pollfds) => libc.poll(pollfds, 1, 0), fd, onReadable)
    : watchByLoop(fd, onReadable)
}

function watchByLoop(fd: number, onReadable: () => void): Readiness {
  // It begins at once to watch, and must not be touched once it is closed.
  const handle = koffi.node.poll(fd, { readable: true }, called)
  let open = true
  handle.stop()
  function called() {
    disarm()
    // libuv calls from outside of JavaScript: promises would not go on, and an error would end in an abort.
    setImmediate(onReadable)
  }
  function disarm() {
    if (!armed.delete(handle)) return
    handle.stop()
    if (armed.size === 0) process.off('exit', disarmAll)
  }
  return {
    arm() {
      if (!open) return
      if (armed.size === 0) process.on('exit', disarmAll)
      armed.add(handle)
      handle.start({ readable: true }, called)
    },
    disarm,
    ref() {
      if (open) handle.ref()
    },
    unref() {
      if (open) handle.unref()
    },
    close() {
      if (!open) return
      open = false
      disarm()
      handle.close()
    },
  }
}
