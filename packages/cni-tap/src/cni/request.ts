import type { OwnNetns } from '../system/netns-identity.js'
import type { SignalCheck } from '../system/signals.js'
import type { Parameters } from './environment.js'
import type { CniError } from './error.js'
import type { CniVersion } from './version.js'

/** The parts of the process that a command may use. */
export interface Process {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Process ID of the parent. */
  readonly parent: number
  /** Program and arguments that start this plugin again. */
  readonly reexec: readonly string[]
  /** Arguments of Node that run `end-with-parent.ts`; undefined if children end with this process in any case. */
  readonly endWithParent?: readonly string[] | undefined
  /** Reads stdin to its end. @throws {CniError} 5 */
  readStdin(): Buffer
  /**
   * Reads stdin to its end, until it contains one JSON object, or for so many milliseconds.
   * @throws {CniError} 5
   */
  readStdinBriefly(milliseconds: number): Promise<Buffer>
  /** From now on, SIGTERM, SIGINT and SIGHUP do not end the process. */
  catchSignals(): SignalCheck
}

/** One call of the plugin. Environment, network name and version have been checked. */
export interface Request extends Parameters {
  readonly process: Process
  readonly stdin: Buffer
  /** The keys of the configuration, not yet checked. */
  readonly json: Record<string, unknown>
  /** The plugin's own namespace, which must not be the container's. Undefined if it may be. */
  readonly ownNetns: OwnNetns | undefined
  /** Name of the network. */
  readonly network: string
  readonly version: CniVersion
  /**
   * Looks for signals since the start of the command. They do not end the process, because an IPAM plugin would end with it in the middle
   * of a reservation. ADD undoes everything. CHECK and STATUS fail. DEL and GC do not look, and complete.
   */
  readonly throwIfSignalled: SignalCheck
  /** Adds a note for the operator, to be printed on stderr. */
  note(text: string): void
}

/** The result of a successful command. */
export interface Reply {
  readonly stdout?: string
  /** Undoes the command if its result cannot be written. Returns the errors. */
  readonly undo?: () => readonly CniError[]
}

/** Carries out a command. It loads all modules that it needs before it changes anything. */
export type Command = (request: Request) => Reply | Promise<Reply>
