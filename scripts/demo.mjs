import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { build } from './lib/build.mjs'
import { readCommand } from './lib/command.mjs'
import { path, run } from './lib/repo.mjs'

readCommand({
  name: 'run demo',
  does: 'Installs, builds, and shows the plugin at work in a network namespace that is removed afterwards.',
})

const isRoot = process.getuid() === 0

/** For an ordinary user: a user namespace, in which that user is root, of networks of its own. */
const userNamespace = isRoot ? [] : ['--user', '--map-root-user']

/** Who is to own the tap. Such a user namespace knows nobody but its root. */
const owner = isRoot ? '1000' : '0'

/** What stands in the way, if anything. */
function obstacle() {
  try {
    accessSync('/dev/net/tun', constants.R_OK | constants.W_OK)
  } catch (error) {
    return `/dev/net/tun must be there and readable and writable for you (${error.code})`
  }
  const unshare = spawnSync('unshare', [...userNamespace, '--net', 'true'])
  if (unshare.status === 0) return undefined
  const fact = unshare.error?.code ?? unshare.stderr.toString().trim()
  return `it must be allowed to make a network namespace, as root or in a user namespace (${fact})`
}

function demo() {
  if (!build()) return false
  const missing = obstacle()
  if (missing) {
    console.error(`\nThe demo cannot run here: ${missing}. Try it as root.`)
    return false
  }
  return run('unshare', [...userNamespace, '--net', process.execPath, path('scripts', 'demo', 'main.mjs'), owner])
}

process.exitCode = demo() ? 0 : 1
