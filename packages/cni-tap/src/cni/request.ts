import type { OwnNetns } from '../system/netns-identity.js'
import type { SignalCheck } from '../system/signals.js'
import type { Parameters } from './environment.js'
import type { CniError } from './error.js'
import type { CniVersion } from './version.js'

/** The process that a call came with, as far as a command may use it. */
export interface Process {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The process that started this one. */
  readonly parent: number
  /** Program and arguments that start this plugin once more. */
  readonly reexec: readonly string[]
  /** Arguments of the runtime that start `end-with-parent.ts`; undefined where children end with this process anyway. */
  readonly endWithParent?: readonly string[] | undefined
  /** @throws {CniError} 5 */
  readStdin(): Buffer
  /**
   * The same, but it ends when what came is one JSON object, or after so many milliseconds.
   * @throws {CniError} 5
   */
  readStdinBriefly(milliseconds: number): Promise<Buffer>
  /** Keeps signals from ending the process, from now on. */
  catchSignals(): SignalCheck
}

/** One call of the plugin whose envelope has been found to be in order. */
export interface Request extends Parameters {
  readonly process: Process
  readonly stdin: Buffer
  /** The configuration's keys, not yet looked at. */
  readonly json: Record<string, unknown>
  /** The plugin's own namespace, which must not be the container's; undefined if it may be. */
  readonly ownNetns: OwnNetns | undefined
  /** The network's name. */
  readonly network: string
  readonly version: CniVersion
  /**
   * Looks for signals that came since the command began. They do not end the process: an IPAM plugin would end with it, in the middle of
   * a reservation. ADD undoes everything, CHECK and STATUS fail. DEL and GC continue to their end, which is near.
   */
  readonly throwIfSignalled: SignalCheck
  /** Tells the operator something on stderr that does not make the call a failure. */
  note(text: string): void
}

/** What a command that did not fail leaves to be told. */
export interface Reply {
  readonly stdout?: string
  /** Takes back what the command did, since nobody could be told; returns what could not be taken back. */
  readonly undo?: () => readonly CniError[]
}

/** What has to be loaded is loaded before anything is made. */
export type Command = (request: Request) => Reply | Promise<Reply>
