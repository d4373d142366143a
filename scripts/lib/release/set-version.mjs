import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { path, rootPackage } from '../repo.mjs'
import { notesOf, ReleaseError } from './facts.mjs'

/** Versions of semver.org that npm accepts, without build metadata. */
export const versionPattern = /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-[\da-z]+(?:\.[\da-z]+)*)?$/

/** Pages that name the files of a release. */
const pages = ['packages/cni-tap/README.md', 'docs/cni/kubernetes.md', 'docs/releasing.md']

const edit = (file, change) => writeFileSync(file, change(readFileSync(file, 'utf8')))

/**
 * Writes a version into every package.json and the pages that name files of a release, and moves what CHANGELOG.md lists as unreleased below a heading with the version and
 * today's date. Commits nothing.
 * @throws {ReleaseError} if nothing is listed, or the version is there already
 */
export function setVersion(version) {
  const changelog = path('CHANGELOG.md')
  const text = readFileSync(changelog, 'utf8')
  if (notesOf(version, text) !== undefined) throw new ReleaseError([`CHANGELOG.md has a section [${version}] already`])
  if (!notesOf('Unreleased', text)) throw new ReleaseError(['CHANGELOG.md lists nothing below [Unreleased]'])
  const { version: before } = rootPackage()
  for (const page of pages.map((name) => path(name)).filter((name) => existsSync(name)))
    edit(page, (old) => old.replaceAll(`v${before}`, `v${version}`).replaceAll(`-${before}.tgz`, `-${version}.tgz`))
  const folders = readdirSync(path('packages')).map((name) => path('packages', name, 'package.json'))
  for (const file of [path('package.json'), ...folders].filter((name) => existsSync(name)))
    edit(file, (json) =>
      json
        .replace(/^( {2}"version": )"[^"]*"/m, `$1"${version}"`)
        .replace(/^( {4}"@netloom\/[\w-]+": )"\d[^"]*"/gm, `$1"${version}"`),
    )
  const today = new Date().toISOString().slice(0, 10)
  edit(changelog, (old) => old.replace('## [Unreleased]\n', `## [Unreleased]\n\n## [${version}] - ${today}\n`))
}
