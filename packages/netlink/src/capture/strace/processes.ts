import type { CapturedProcess } from '../format.js'
import { type Call, resultOf } from './calls.js'
import { unescaped } from './line.js'

/** Facts about a process, shared by its threads. */
interface Process {
  readonly pid: number
  name: string | undefined
}

const creation = /^(?:clone3?|v?fork)\(/
const program = /^execve(?:at)?\((?:[^",]*, )?"((?:[^"\\]|\\.)*)"/

/** Follows the processes of a log: which threads they have, and which programs they run. */
export class Processes {
  readonly #ofThread = new Map<number, Process>()
  /** Unfinished calls that create a process or a thread, by the thread that makes them. */
  readonly #creating = new Map<number, string>()

  /** Handles the first part of a call. Its child may run before it returns. */
  begin(tid: number | undefined, begun: string): void {
    if (tid === undefined || !creation.test(begun)) return
    this.#process(tid)
    this.#creating.set(tid, begun)
  }

  /** Handles a complete call, or the end of a thread. */
  update({ tid, text }: Call): void {
    if (tid === undefined) return
    if (text.startsWith('+++')) {
      this.#ofThread.delete(tid)
      this.#creating.delete(tid)
    } else if (creation.test(text)) {
      this.#creating.delete(tid)
      const child = resultOf(text)
      if (child !== undefined) this.#create(child, tid, text)
    } else if (text.startsWith('execve')) {
      const [, path] = program.exec(text) ?? []
      if (path !== undefined && resultOf(text) === 0)
        this.#process(tid).name = unescaped(path).split('/').at(-1) || undefined
    }
  }

  /** Returns the ids of all processes that have threads. */
  pids(): number[] {
    return [...new Set(Array.from(this.#ofThread.values(), ({ pid }) => pid))]
  }

  /** Returns the process that a thread belongs to. `comm` is the name of the thread, if the log contains it. */
  of(tid: number | undefined, comm: string | undefined): CapturedProcess | undefined {
    if (tid === undefined) return undefined
    const { pid, name } = this.#process(tid)
    // strace 6.1 keeps the old name of a thread after execve(2) at times.
    const best = name ?? comm
    return best === undefined ? { pid } : { pid, name: best }
  }

  #process(tid: number): Process {
    const known = this.#ofThread.get(tid)
    if (known) return known
    // A new thread. If one call that creates threads is unfinished, it is that call's.
    const [creating] = this.#creating.size === 1 ? this.#creating : []
    return creating ? this.#create(tid, ...creating) : this.#add(tid, { pid: tid, name: undefined })
  }

  #create(tid: number, parent: number, call: string): Process {
    const creator = this.#process(parent)
    if (call.includes('CLONE_THREAD')) return this.#add(tid, creator)
    // The child may have run before the call that created it returned.
    const child = this.#ofThread.get(tid)
    if (child?.pid !== tid) return this.#add(tid, { pid: tid, name: creator.name })
    child.name ??= creator.name
    return child
  }

  #add(tid: number, process: Process): Process {
    this.#ofThread.set(tid, process)
    return process
  }
}
