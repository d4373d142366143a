import { resolve } from 'node:path'
import { build } from './lib/build.mjs'
import { readCommand, whole } from './lib/command.mjs'
import { fileOf, nameOf, provideFor, suites } from './lib/e2e.mjs'
import { buildExecutable } from './lib/exe.mjs'
import { provideNeeds } from './lib/needs.mjs'
import { say, strict } from './lib/repo.mjs'
import { controlGroup, sandbox, sweep } from './lib/sandbox.mjs'
import { stopAll } from './lib/test-file.mjs'
import { failures, inWords, progress, runAll, total } from './lib/test-run.mjs'

const names = Object.keys(suites)

const { values, positionals } = readCommand({
  name: 'run e2e',
  description: `Runs the plugin's executable as container runtimes, virtual machines and operators run it. Each suite has its own
namespaces. What it needs from Debian is unpacked into .cache/. Only QEMU and what the guests need are installed, by apt.
Suites: ${names.join(', ')}.`,
  operands: {
    usage: '[PATTERN…]',
    expected: `a part of a suite's name: ${names.join(', ')}`,
    fits: (text) => names.some((name) => name.includes(text)),
    help: 'runs only suites whose name contains one of them',
  },
  options: {
    cycles: { ...whole(1), value: 'N', default: '500', help: 'soak: number of ADD, CHECK and DEL; 500 by default' },
    workers: { ...whole(1), value: 'N', default: '8', help: 'soak: number of cycles at a time; 8 by default' },
    seconds: { ...whole(1), value: 'T', help: 'soak: for T seconds instead of a number of cycles' },
    plugin: { type: 'string', value: 'FILE', help: 'runs this executable instead of the one that is built' },
  },
})

let isInterrupted = false

/** On a signal, ends the suites. The kernel removes what they have created, except for control groups. */
function endSuitesOnSignals() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => {
      isInterrupted = true
      console.error(`\n! ${signal}: ending the suites`)
      stopAll('SIGKILL')
    })
}

/** Limit for a suite, in seconds. Suites take a tenth of it on an idle machine. */
const limit = 900

function environmentOf(env) {
  const { cycles, workers, seconds, plugin } = values
  return {
    ...env,
    NETLOOM_PLUGIN: plugin ? resolve(plugin) : 'exe',
    NETLOOM_CGROUP: `/${controlGroup}`,
    NETLOOM_SOAK: JSON.stringify({
      cycles: Number(cycles),
      workers: Number(workers),
      seconds: seconds && Number(seconds),
    }),
    NETLOOM_TEST_TIMEOUT: String(limit + Number(seconds ?? 0)),
    TMPDIR: '/run/e2e',
    HOME: '/run/e2e',
  }
}

/** Provides what a suite needs. A suite that cannot run is skipped, or fails if CI must run it. */
async function prepare(name) {
  const { env, reason } = await provideFor(name, values.plugin && resolve(values.plugin))
  if (!reason) return { name, env: environmentOf(env) }
  const isFailure = strict() && suites[name].ci
  console.error(`${isFailure ? '✘' : '!'} ${name} ${isFailure ? 'cannot run' : 'is skipped'}: ${reason}`)
  return { name, passed: 0, failed: isFailure ? 1 : 0, skipped: isFailure ? 0 : 1, seconds: 0 }
}

function table(results) {
  const outcome = ({ failed, passed }) => (failed > 0 ? 'failed' : passed > 0 ? 'passed' : 'skipped')
  const rows = results.map((each) => [
    each.name,
    String(each.passed + each.failed),
    outcome(each),
    each.seconds.toFixed(1),
  ])
  const line = ([name, checks, result, seconds]) =>
    `${name.padEnd(12)}${checks.padStart(6)}  ${result.padEnd(8)}${seconds.padStart(8)}`
  return [['suite', 'checks', 'result', 'seconds'], ...rows].map(line).join('\n')
}

/** Prints the reasons of skipped checks, and notes. They are in the output of a suite, which is printed only if it failed. */
function printNotes({ file, output }) {
  for (const line of output.match(/^(?:SKIPPED|NOTE): .*$/gm) ?? []) console.log(`! ${nameOf(file)}: ${line}`)
}

async function runSuites(prepared) {
  const environments = new Map(prepared.map(({ name, env }) => [fileOf(name), env]))
  const isOver = () => isInterrupted
  say(`suites: ${environments.size}`)
  const show = progress(environments.size)
  const done = (result) => {
    show(result)
    printNotes(result)
  }
  return runAll(
    [...environments.keys()],
    (file) => environments.get(file),
    done,
    (file) => [...sandbox, file],
    isOver,
  )
}

async function main(patterns) {
  const wanted = names.filter((name) => !patterns.length || patterns.some((part) => name.includes(part)))
  if (!(await build())) return false
  if (!values.plugin) say('executable')
  if (!values.plugin && !(await buildExecutable())) return false
  const needs = provideNeeds()
  if (!needs?.NETLOOM_CNI_PLUGINS) return false
  say('programs for the suites')
  const prepared = []
  for (const name of wanted) prepared.push(await prepare(name))
  const ready = prepared.filter(({ env }) => env).map(({ name, env }) => ({ name, env: { ...needs, ...env } }))
  sweep()
  endSuitesOnSignals()
  const results = await runSuites(ready)
  sweep()
  const all = [...prepared.filter(({ env }) => !env), ...results.map((each) => ({ ...each, name: nameOf(each.file) }))]
  console.log(`\n${table(all)}\n`)
  for (const line of failures(results)) console.log(line)
  if (isInterrupted) console.log('✘ interrupted')
  const counts = total(all)
  console.log(inWords(counts))
  return !isInterrupted && counts.passed > 0 && counts.failed === 0
}

try {
  process.exitCode = (await main(positionals)) ? 0 : 1
} catch (error) {
  console.error(`✘ ${error.message}`)
  process.exitCode = 1
}
