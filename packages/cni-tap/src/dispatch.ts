import { printable } from '@netloom/netlink/codec'
import type { CallLog } from './cni/call-log.js'
import { readHead, readVersion } from './cni/config.js'
import { keys } from './cni/config-keys.js'
import { type Parameters, readParameters } from './cni/environment.js'
import { CniError, ErrorCode, type ErrorObject, failure, messageOf, toCniError } from './cni/error.js'
import { printableLines, printJson } from './cni/json.js'
import { logTargetOf, noLog } from './cni/log-target.js'
import type { Command, Process, Reply, Request } from './cni/request.js'
import { noteUnknownArguments, noteUnknownKeys } from './cni/unknown-keys.js'
import {
  isSupported,
  newestVersion,
  packageVersion,
  requireCommand,
  requireSupported,
  supportedVersions,
} from './cni/version.js'
import { lookUpOnce, requireOtherNetns } from './system/netns-identity.js'

/** Output and exit code of a call. */
export interface Outcome {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number
  /** Undoes the command if stdout cannot be written. Returns the error object to print instead. */
  readonly undo?: (error: unknown) => string
  /** Writes the log of the call. Call it last. Returns a note for stderr, or an empty text. Missing if the call has no log. */
  readonly writeLog?: () => string
}

interface CommandRow {
  /** Version of the specification that introduced the command, if it is not the first one. */
  readonly since?: string
  /** True if CNI_NETNS must not be the plugin's own namespace. */
  readonly inOtherNetns?: true
  /** Loads the command, with all modules that only commands need. */
  load(): Promise<Command>
}

const commands: Readonly<Record<string, CommandRow>> = {
  ADD: { inOtherNetns: true, load: async () => (await import('./commands/add.js')).add },
  CHECK: { since: '0.4.0', load: async () => (await import('./commands/check.js')).check },
  DEL: { inOtherNetns: true, load: async () => (await import('./commands/del.js')).del },
  GC: { since: '1.1.0', load: async () => (await import('./commands/gc.js')).gc },
  STATUS: { since: '1.1.0', load: async () => (await import('./commands/status.js')).status },
}

/** Returns the usage text, which is printed if the plugin is called without a command. */
function about(): string {
  return `CNI tap plugin ${packageVersion()}\nCNI protocol versions supported: ${supportedVersions.join(', ')}\n`
}

/** Executes a call without a command. Without arguments it prints the same text as other plugins. */
async function callByHand(caller: Process): Promise<Outcome> {
  const { args = [] } = caller
  if (args.length === 0) return { stdout: '', stderr: about(), exitCode: 0 }
  try {
    return await (await import('./usage/run.js')).runUsage(caller, args)
  } catch (error) {
    return { stdout: '', stderr: lines([messageOf(error)]), exitCode: 1 }
  }
}

/** Creates the log of a call once its configuration is known. Loads the module of the log only for a call that has one. */
class Recorder {
  readonly #caller: Process
  readonly #begun = performance.now()
  #log: CallLog | undefined
  /** The error of the call, if it failed. */
  failed: CniError | undefined

  constructor(caller: Process) {
    this.#caller = caller
  }

  /** Returns the log that the configuration or the environment names. `call` contains facts for the log. */
  async logOf(json: Record<string, unknown>, call: { readonly network?: string } = {}): Promise<CallLog | undefined> {
    if (this.#log !== undefined) return this.#log
    const target = logTargetOf(json, this.#caller)
    if (target === undefined) return undefined
    const { CallLog } = await import('./cni/call-log.js')
    this.#log = new CallLog(target, this.#caller.env, call, this.#begun)
    return this.#log
  }

  writer(log: CallLog | undefined, notes: readonly string[]): Pick<Outcome, 'writeLog'> {
    if (log === undefined) return {}
    const writeLog = () => {
      const problem = log.write(this.failed, notes)
      return problem === undefined ? '' : lines([problem])
    }
    return { writeLog }
  }
}

/** Executes one call of the plugin. Never throws. */
export async function dispatch(caller: Process): Promise<Outcome> {
  if ((caller.env.CNI_COMMAND ?? '') === '') return await callByHand(caller)
  const notes: string[] = []
  const logged: string[] = []
  const config = { version: newestVersion as string }
  const recorder = new Recorder(caller)
  const printError = (error: CniError) =>
    printJson(forTerminals(error.toObject(isSupported(config.version) ? config.version : newestVersion)))
  try {
    const note = (text: string, origin?: 'program') => {
      if (notes.includes(text)) return
      notes.push(text)
      if (origin === undefined) logged.push(text)
    }
    const { stdout = '', undo } = await run(caller, config, recorder, note)
    const log = await recorder.logOf({})
    const undoCommand = (error: unknown) => {
      log?.step('undo')
      const errors = undo?.() ?? []
      const problem = failure('error writing the result', error, ErrorCode.io).withDetails(errors.map(messageOf))
      recorder.failed = problem
      return printError(problem)
    }
    log?.step('print the result')
    return { stdout, stderr: lines(notes), exitCode: 0, undo: undoCommand, ...recorder.writer(log, logged) }
  } catch (error) {
    const problem = toCniError(error)
    recorder.failed = problem
    const stdout = printError(problem)
    const log = await recorder.logOf({})
    return { stdout, stderr: lines(notes), exitCode: 1, undo: () => stdout, ...recorder.writer(log, logged) }
  }
}

/**
 * Validates the call in the same order as the CNI library, so that runtimes get the same errors. Then runs the command. Sets
 * `config.version` as soon as it is known: errors are printed in this version.
 */
async function run(
  caller: Process,
  config: { version: string },
  recorder: Recorder,
  note: Request['note'],
): Promise<Reply> {
  const parameters = readParameters(caller.env)
  if (parameters.command === 'VERSION') return await (await import('./commands/version.js')).version(caller)
  const stdin = caller.readStdin()
  const { json, network } = readHead(stdin)
  const log = await recorder.logOf(json, { network })
  const row = Object.hasOwn(commands, parameters.command) ? commands[parameters.command] : undefined
  if (row === undefined) {
    throw new CniError(ErrorCode.invalidEnvironment, `unknown CNI_COMMAND: ${parameters.command}`)
  }
  config.version = readVersion(json)
  log?.setVersion(config.version)
  if (row.since !== undefined) requireCommand(config.version, parameters.command, row.since)
  const version = requireSupported(config.version)
  if (keys.mtu.usedBy.includes(parameters.command))
    for (const text of [...noteUnknownKeys(json), ...noteUnknownArguments(parameters.args)]) note(text)
  if (row.inOtherNetns) checkNetns(parameters)
  const ownNetns = parameters.netnsOverride ? undefined : lookUpOnce()
  const command = await row.load()
  const throwIfSignalled = caller.catchSignals()
  return await command({
    ...parameters,
    ownNetns,
    process: caller,
    stdin,
    json,
    network,
    version,
    throwIfSignalled,
    log: log ?? noLog,
    note,
  })
}

function checkNetns({ netns, netnsOverride }: Parameters): void {
  if (!netnsOverride && netns !== '') requireOtherNetns(netns)
}

/** Escapes the strings of an error for terminals, because runtimes print them unchanged. */
const forTerminals = ({ msg, details, ...others }: ErrorObject): ErrorObject => ({
  ...others,
  msg: printable(msg),
  ...(details !== undefined && { details: printable(details) }),
})

const lines = (notes: readonly string[]) => notes.map((note) => `${printableLines(note)}\n`).join('')
