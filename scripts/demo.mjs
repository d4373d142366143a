import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { build } from './lib/build.mjs'
import { readCommand } from './lib/command.mjs'
import { path, run } from './lib/repo.mjs'

readCommand({
  name: 'run demo',
  description: 'Installs, builds, and runs the plugin in a temporary network namespace.',
})

const isRoot = process.getuid() === 0

/** An ordinary user runs the demo in a user namespace, as its root, with its own network namespaces. */
const userNamespace = isRoot ? [] : ['--user', '--map-root-user']

/** Owner of the tap. Such a user namespace maps only the user that became root. */
const owner = isRoot ? '1000' : '0'

/** Returns why the demo cannot run, or undefined. */
function obstacle() {
  try {
    accessSync('/dev/net/tun', constants.R_OK | constants.W_OK)
  } catch (error) {
    return `/dev/net/tun must exist, and you must be able to read and write it (${error.code})`
  }
  const unshare = spawnSync('unshare', [...userNamespace, '--net', 'true'])
  if (unshare.status === 0) return undefined
  const fact = unshare.error?.code ?? unshare.stderr.toString().trim()
  return `it must be allowed to create a network namespace, as root or in a user namespace (${fact})`
}

async function demo() {
  if (!(await build())) return false
  const missing = obstacle()
  if (missing) {
    console.error(`\nThe demo cannot run here: ${missing}. Try it as root.`)
    return false
  }
  return run('unshare', [...userNamespace, '--net', process.execPath, path('scripts', 'demo', 'main.mjs'), owner])
}

process.exitCode = (await demo()) ? 0 : 1
