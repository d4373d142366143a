import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { capture, path, rootPackage } from '../repo.mjs'

/** A release that cannot be made. `problems` lists everything that is missing or wrong, as sentences without a full stop. */
export class ReleaseError extends Error {
  constructor(problems) {
    super(problems.join('\n'))
    this.problems = problems
  }
}

/** The published packages, in the order in which they depend on each other. */
export const packageNames = ['netlink', 'packet', 'tuntap', 'cni-tap']

const readJson = (...parts) => JSON.parse(readFileSync(path(...parts), 'utf8'))

/**
 * Returns the address of the repository on the web, without a trailing slash or `.git`: that of `given`, or else of the remote
 * `origin`. Returns undefined if the remote is no address on the web, as that of a clone of a folder.
 */
function webAddress(given) {
  const address = given ?? capture('git', ['remote', 'get-url', 'origin'], { stdio: ['ignore', 'pipe', 'ignore'] })
  const [, host, name] = /^(?:ssh:\/\/)?git@([\w.-]+)[:/](.+)$/.exec(address ?? '') ?? []
  const url = host ? `https://${host}/${name}` : address
  return /^https:\/\/[^\s/@]+\/\S+$/.test(url ?? '') ? url.replace(/\/$/, '').replace(/\.git$/, '') : undefined
}

/** Returns the text below the heading of a version in CHANGELOG.md, or undefined if there is none. */
export function notesOf(version, changelog = readFileSync(path('CHANGELOG.md'), 'utf8')) {
  const section = changelog.split(/^(?=## )/m).find((part) => part.startsWith(`## [${version}]`))
  return section?.replace(/^.*\n/, '').trim()
}

function versionProblems(version) {
  const changelog = readFileSync(path('CHANGELOG.md'), 'utf8')
  const heading = changelog.match(new RegExp(`^## \\[${version.replaceAll('.', '\\.')}\\](.*)$`, 'm'))
  const folders = readdirSync(path('packages')).filter((name) => existsSync(path('packages', name, 'package.json')))
  const manifests = folders.map((name) => readJson('packages', name, 'package.json'))
  const differing = manifests.flatMap(({ name, version: own, dependencies = {} }) => [
    ...(own === version ? [] : [`${name}: expected version ${version}, got ${own}`]),
    ...Object.entries(dependencies)
      .filter(([dependency, wanted]) => dependency.startsWith('@netloom/') && wanted !== version)
      .map(([dependency, wanted]) => `${name}: expected ${dependency} ${version} in dependencies, got ${wanted}`),
  ])
  if (!heading) return [...differing, `CHANGELOG.md has no section [${version}]`]
  if (!/^ - \d{4}-\d{2}-\d{2}$/.test(heading[1]))
    differing.push(`CHANGELOG.md: expected a date, as in '## [${version}] - 2026-01-31', got '${heading[0]}'`)
  return notesOf(version, changelog) ? differing : [...differing, `CHANGELOG.md: the section [${version}] is empty`]
}

/** Returns what keeps the working tree from being a release: changed and untracked files. */
function treeProblems() {
  const status = capture('git', ['status', '--porcelain'])
  if (status === undefined) return ['this is no git repository, so that nothing says what is released']
  return status === '' ? [] : [`the working tree differs from the commit:\n${status.replace(/^/gm, '  ')}`]
}

/**
 * Returns what a release is made from: `version`, `commit`, `epoch` (time of the commit, in seconds), `repository` (its address on the
 * web, or undefined if it is unknown) and `image` (the address of the image in a registry, or undefined).
 * @throws {ReleaseError} if the tree is dirty, versions differ, or CHANGELOG.md does not describe the version
 */
export function readFacts({ repository, image }) {
  const { version } = rootPackage()
  const problems = [...treeProblems(), ...versionProblems(version)]
  const address = webAddress(repository)
  if (repository !== undefined && address === undefined)
    problems.push(
      `--repository: expected an address such as https://example.org/netloom, got ${JSON.stringify(repository)}`,
    )
  if (problems.length > 0) throw new ReleaseError(problems)
  const [commit, epoch] = capture('git', ['log', '-1', '--format=%H %ct']).split(' ')
  return { version, commit, epoch: Number(epoch), repository: address, image }
}
