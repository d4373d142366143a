import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { providePackages, provideSource } from './debian.mjs'
import { capture, path, run, say } from './repo.mjs'

const suite = 'bookworm'

/** The last source package of Debian with the code of its dependencies. Debian builds only kubectl from it. */
const source = {
  suite,
  name: 'kubernetes',
  version: '1.20.5+really1.20.2-1.1+deb12u1',
  tarball: 'b83c0780efb182d928dc63d46488a847f161f04e40a94b96bf5247dd671ecdfc',
  files: ['cmd/kubelet/kubelet.go'],
}
const version = '1.20.2'
const go = { series: '1.19', version: '1.19.8-2' }

const programs = ['kubelet', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler']

function orThrow(what, reason) {
  if (reason) throw new Error(`${what} is unavailable: ${reason}`)
}

/** Returns a function that runs a program with Go's environment, in the folder of the source. Go itself is unpacked, not installed. */
function provideGo(work) {
  const folder = join(work, 'go')
  const packages = ['go', 'src'].map((part) => `golang-${go.series}-${part}=${go.version}`)
  const goroot = join(folder, 'usr', 'lib', `go-${go.series}`)
  orThrow('Go', providePackages(folder, { suite, packages, files: [`usr/lib/go-${go.series}/bin/go`] }))
  const gopath = join(work, 'path')
  const env = {
    PATH: `${join(goroot, 'bin')}:${join(gopath, 'bin')}:${process.env.PATH}`,
    HOME: work,
    GOROOT: goroot,
    GOPATH: gopath,
    GOCACHE: join(work, 'cache'),
    GO111MODULE: 'off',
    CGO_ENABLED: '0',
  }
  const cwd = join(gopath, 'src', 'k8s.io', 'kubernetes')
  orThrow('the source of Kubernetes', provideSource(cwd, source))
  return { cwd, env, bin: join(gopath, 'bin') }
}

/** Runs a program at a low priority: the build takes minutes. */
function runOrThrow([program, ...args], options) {
  if (!run('nice', [program, ...args], options)) throw new Error(`${program} ${args[0]} failed`)
}

/** Generates what the source package lacks: the API server's description of its objects, as its Makefile does. */
function generateOpenApi({ cwd, env, bin }) {
  const own = 'k8s.io/kubernetes'
  runOrThrow(['go', 'build', '-o', `${bin}/`, './vendor/k8s.io/kube-openapi/cmd/openapi-gen'], { cwd, env })
  // The folders of vendor/k8s.io are links, which grep -r follows only if it is given them.
  const roots = capture('sh', ['-c', 'echo pkg vendor/k8s.io/*/'], { cwd }).split(' ')
  const tagged = capture('grep', ['-rl', '--include=*.go', '^// *+k8s:openapi-gen=', ...roots], { cwd }) ?? ''
  const folders = new Set(tagged.split('\n').map((file) => dirname(file)))
  const isUsed = (folder) => !/k8s\.io\/(?:code-generator|sample-apiserver)\//.test(folder)
  const inputs = [...folders].filter(isUsed).map((folder) => join(own, folder))
  const output = ['-p', `${own}/pkg/generated/openapi`, '-O', 'zz_generated.openapi']
  const header = ['-h', 'vendor/k8s.io/code-generator/hack/boilerplate.go.txt', '-r', join(bin, 'violations')]
  runOrThrow(['openapi-gen', '--logtostderr', '-i', inputs.sort().join(), ...output, ...header], { cwd, env })
}

/** Builds the programs. Sets their version, because clients compare it. */
function compile({ cwd, env, bin }) {
  const [major, minor] = version.split('.')
  const variables = { gitVersion: `v${version}`, gitMajor: major, gitMinor: minor }
  const settings = Object.entries(variables).map(
    ([name, value]) => `-X k8s.io/kubernetes/vendor/k8s.io/component-base/version.${name}=${value}`,
  )
  const flags = ['-ldflags', ['-s', '-w', ...settings].join(' ')]
  for (const name of programs) {
    console.log(`compiling ${name}`)
    runOrThrow(['go', 'build', ...flags, '-o', `${bin}/`, `./cmd/${name}`], { cwd, env })
  }
}

/**
 * Returns the folder of Kubernetes' programs, which Debian has only as source. Builds them once for each version, in some ten minutes on
 * two idle cores. A build that was interrupted goes on.
 * @throws {Error} if a part is unavailable
 */
export function provideKubernetes() {
  const folder = path('.cache', 'e2e', `kubernetes-${version}-go${go.version}`)
  if (existsSync(folder)) return folder
  say(`Kubernetes ${version}: building it takes some ten minutes the first time`)
  const work = path('.cache', 'kubernetes-build')
  mkdirSync(work, { recursive: true })
  const place = provideGo(work)
  mkdirSync(place.bin, { recursive: true })
  generateOpenApi(place)
  compile(place)
  const ready = join(work, 'programs')
  mkdirSync(ready, { recursive: true })
  for (const name of programs) renameSync(join(place.bin, name), join(ready, name))
  mkdirSync(dirname(folder), { recursive: true })
  renameSync(ready, folder)
  rmSync(work, { recursive: true, force: true })
  return folder
}
