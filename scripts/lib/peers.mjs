import { existsSync, mkdirSync } from 'node:fs'
import { installPackage } from './debian.mjs'
import { provideIproute2, providePyroute2 } from './needs.mjs'
import { capture, path, run, say } from './repo.mjs'

/**
 * Folder of the libraries to compare with. test/bench/connection/peers.ts uses the same one; libraries that are not in it are not
 * measured.
 */
const folder = path('.cache', 'peers')

/** npm's `netlink`, and the packages that it needs but does not pin. */
const npmPackages = ['netlink@0.3.0', 'node-gyp-build@4.8.4', 'node-addon-api@8.9.2', '@types/node@12.20.55']

/** Its package contains the built native part, so no install script has to run. */
function provideNpmNetlink() {
  if (existsSync(path('.cache', 'peers', 'node_modules', 'netlink'))) return undefined
  const settings = ['--prefix', folder, '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error']
  return run('npm', ['install', ...settings, ...npmPackages]) ? undefined : 'npm install failed'
}

const goSource = '/usr/share/gocode/src/github.com/vishvananda/netlink'

/** Debian's Go libraries are in GOPATH, without modules. Nothing is downloaded. */
function provideVishvananda() {
  const noGo = capture('go', ['version']) ? undefined : installPackage('golang-go')
  const reason = noGo ?? (existsSync(goSource) ? undefined : installPackage('golang-github-vishvananda-netlink-dev'))
  if (reason) return reason
  const env = { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOCACHE: path('.cache', 'go-build') }
  const programs = ['./test/bench/peers/routelist', './test/bench/peers/operations']
  const isBuilt = run('go', ['build', '-o', `${folder}/`, ...programs], { env: { ...env, GOFLAGS: '' } })
  return isBuilt ? undefined : 'go build failed'
}

/** Provides the libraries and programs that the connection is compared with. Prints and skips those that are unavailable. */
export function providePeers() {
  say('libraries to compare the connection with')
  mkdirSync(folder, { recursive: true })
  const peers = {
    'iproute2 (the program ip, which also sets up the namespaces)': provideIproute2,
    'python3-pyroute2': providePyroute2,
    "npm's netlink": provideNpmNetlink,
    'vishvananda/netlink, of golang-github-vishvananda-netlink-dev': provideVishvananda,
  }
  for (const [name, provide] of Object.entries(peers)) {
    const reason = provide()
    console.log(reason ? `! ${name} is unavailable and is not measured: ${reason}` : name)
  }
}
