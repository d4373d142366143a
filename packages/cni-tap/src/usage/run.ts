import { printableLines } from '../cni/json.js'
import { quote } from '../cni/quote.js'
import type { Process } from '../cni/request.js'
import { explainConfig } from './config.js'
import { help } from './help.js'
import { runInstall } from './install.js'
import { exitCodes, type UsageOutcome } from './outcome.js'
import { versionText } from './version.js'

const options: Readonly<Record<string, (caller: Process) => UsageOutcome>> = {
  '--help': () => printed(help()),
  '-h': () => printed(help()),
  '--version': () => printed(versionText()),
  '-V': () => printed(versionText()),
  config: explain,
}

/** Executes a call by hand: with arguments, and without CNI_COMMAND. */
export async function runUsage(caller: Process, [name = '', ...more]: readonly string[]): Promise<UsageOutcome> {
  if (name === 'install') return runInstall(caller, more)
  const unknown = Object.hasOwn(options, name) ? more[0] : name
  if (unknown === undefined) return options[name]?.(caller) ?? printed(help())
  const stderr = `unknown argument ${quote(unknown)}: expected one of --help, --version, config and install\n`
  return { stdout: '', stderr, exitCode: exitCodes.wrongArguments }
}

const printed = (stdout: string): UsageOutcome => ({ stdout, stderr: '', exitCode: exitCodes.valid })

function explain(caller: Process): UsageOutcome {
  const { text, isValid } = explainConfig(caller.readStdin())
  return { ...printed(printableLines(text)), exitCode: isValid ? exitCodes.valid : exitCodes.invalid }
}
