import type { OwnNetns } from '../system/netns-identity.js'
import type { SignalCheck } from '../system/signals.js'
import type { Parameters } from './environment.js'
import type { CniError } from './error.js'
import type { Log } from './log-target.js'
import type { CniVersion } from './version.js'

/** The process of the plugin, as far as commands use it. */
export interface Process {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Arguments of the command line. They are ignored if CNI_COMMAND is set. */
  readonly args?: readonly string[]
  /** Process ID of the parent. */
  readonly parent: number
  /** Program and arguments to start the plugin again. */
  readonly reexec: readonly string[]
  /** Arguments for Node to run `end-with-parent.ts`. Undefined if children are killed with this process in any case. */
  readonly endWithParent?: readonly string[] | undefined
  /** Reads stdin to its end. @throws {CniError} 5 */
  readStdin(): Buffer
  /** Reads stdin until its end, until it contains one JSON object, or for this number of milliseconds. @throws {CniError} 5 */
  readStdinBriefly(milliseconds: number): Promise<Buffer>
  /** Catches SIGTERM, SIGINT and SIGHUP from now on, so that they do not end the process. */
  catchSignals(): SignalCheck
}

/** One call of the plugin. Environment, network name and version are valid. */
export interface Request extends Parameters {
  readonly process: Process
  readonly stdin: Buffer
  /** The configuration. Its values are not validated yet. */
  readonly json: Record<string, unknown>
  /** The plugin's own namespace, if the container's namespace must differ from it. */
  readonly ownNetns: OwnNetns | undefined
  /** Name of the network. */
  readonly network: string
  readonly version: CniVersion
  /**
   * Throws if a signal was caught since the start of the command. Signals do not end the process, because an IPAM plugin would be
   * killed too, maybe in the middle of a reservation. ADD is undone. CHECK and STATUS fail. DEL and GC do not call it, and
   * complete.
   */
  readonly throwIfSignalled: SignalCheck
  /** Receives the steps of the call. */
  readonly log: Log
  /** Adds a note for the operator. It is printed on stderr, and logged unless another program has written it. */
  note(text: string, origin?: 'program'): void
}

/** The result of a successful command. */
export interface Reply {
  readonly stdout?: string
  /** Undoes the command if the result cannot be written. Returns the errors of undoing. */
  readonly undo?: () => readonly CniError[]
}

/** Executes a command. Loads all required modules before it changes anything. */
export type Command = (request: Request) => Reply | Promise<Reply>
