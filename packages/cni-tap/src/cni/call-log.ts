import { statSync } from 'node:fs'
import { printable } from '@netloom/netlink/codec'
import { appendLine, LogFileError } from '../system/log-file.js'
import type { Environment } from '../system/run-program.js'
import type { CniError } from './error.js'
import type { Log, LogTarget } from './log-target.js'

/**
 * Maximum size of a line in bytes: PIPE_BUF, linux/limits.h. Longer writes to a FIFO may mix with those of other processes, and a full
 * disk may cut them.
 */
const maxLine = 4096

/** Lengths to which texts and lists are shortened, until the line is short enough. */
const limits = [2048, 512, 128, 32, 8]

interface Step {
  readonly step: string
  readonly begun: number
}

/** Collects what happens in one call, and appends it to the log as one line of JSON. */
export class CallLog implements Log {
  readonly #target: LogTarget
  readonly #begun: number
  readonly #head: Readonly<Record<string, unknown>>
  readonly #steps: Step[] = []
  #version: string | undefined
  readonly #details: Record<string, unknown> = {}

  /** `begun` is the start of the call, in milliseconds of `performance.now()`. */
  constructor(target: LogTarget, env: Environment, call: Readonly<Record<string, unknown>>, begun: number) {
    this.#target = target
    this.#begun = begun
    const { CNI_COMMAND: command, CNI_CONTAINERID: containerID, CNI_NETNS: netns, CNI_IFNAME: ifname } = env
    const netnsInode = netns === undefined ? undefined : inodeOf(netns)
    this.#head = { pid: process.pid, command, containerID, netns, netnsInode, ifname, ...call }
  }

  step(name: string): void {
    this.#steps.push({ step: name, begun: performance.now() })
  }

  /** Sets the version of the specification that the call uses. */
  setVersion(cniVersion: string): void {
    this.#version = cniVersion
  }

  detail(name: string, value: () => unknown): void {
    if (this.#target.level !== 'debug') return
    const before = this.#details[name]
    this.#details[name] = before === undefined ? value() : [before, value()].flat()
  }

  /** Writes the line. Never throws. Returns a note for the operator if it could not be written. */
  write(error: CniError | undefined, notes: readonly string[]): string | undefined {
    const { file, level, problem } = this.#target
    if (level === 'error' && error === undefined) return undefined
    try {
      if (problem !== undefined) throw new LogFileError(problem)
      appendLine(file, this.#line(error, notes))
      return undefined
    } catch (failed) {
      return `failed to write the log ${JSON.stringify(file)}: ${failed instanceof Error ? failed.message : failed}`
    }
  }

  #line(error: CniError | undefined, notes: readonly string[]): string {
    const now = performance.now()
    const ends = [...this.#steps.slice(1).map(({ begun }) => begun), now]
    const record = {
      time: new Date().toISOString(),
      level: error === undefined ? 'info' : 'error',
      ...this.#head,
      cniVersion: this.#version,
      us: microseconds(this.#begun, now),
      code: error?.code ?? 0,
      ...(error && { msg: error.forLog, ...(error.details !== '' && { details: error.details }) }),
      steps: this.#steps.map(({ step, begun }, index) => ({ step, us: microseconds(begun, ends[index] ?? now) })),
      ...(notes.length > 0 && { notes }),
    }
    const lineOf = (value: object, limit: number) => `${printable(JSON.stringify(shortened(value, limit)))}\n`
    for (const limit of limits) {
      const line = lineOf({ ...record, ...this.#details }, limit)
      if (Buffer.byteLength(line) <= maxLine) return line
    }
    return lineOf({ ...record, notes: undefined, steps: undefined }, 8)
  }
}

const microseconds = (from: number, to: number) => Math.round((to - from) * 1000)

/** Returns the inode of a namespace, which `ip netns` and /proc show too. Undefined if there is no file at the path. */
function inodeOf(path: string): number | undefined {
  try {
    return statSync(path).ino
  } catch {
    return undefined
  }
}

/** Returns a copy in which texts and lists are not longer than `limit`. */
function shortened(value: unknown, limit: number): unknown {
  if (typeof value === 'string') return value.length > limit ? `${value.slice(0, limit)}…` : value
  if (Array.isArray(value)) {
    const more = value.length > limit ? [`${value.length - limit} more`] : []
    return [...value.slice(0, limit).map((each) => shortened(each, limit)), ...more]
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shortened(each, limit)]))
}
