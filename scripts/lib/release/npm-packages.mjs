import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { capture, path } from '../repo.mjs'
import { normalizeModes } from './archive.mjs'
import { packageNames, ReleaseError } from './facts.mjs'
import { linkedPages, rewriteLinks } from './links.mjs'

/** Returns the members of package.json that say where a package comes from. */
const addressesOf = (repository, name) =>
  repository && {
    homepage: `${repository}/tree/HEAD/packages/${name}#readme`,
    bugs: { url: `${repository}/issues` },
    repository: { type: 'git', url: `git+${repository}.git`, directory: `packages/${name}` },
  }

/** Copies a package to a folder, as it is published: with changelog and documentation, and with links that work there. */
export function stage(facts, name, folder) {
  const source = path('packages', name)
  const manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'))
  mkdirSync(folder, { recursive: true })
  for (const part of ['README.md', 'LICENSE', ...manifest.files.filter((file) => !file.startsWith('!'))])
    cpSync(join(source, part), join(folder, part), { recursive: true })
  cpSync(path('CHANGELOG.md'), join(folder, 'CHANGELOG.md'))
  const pages = linkedPages(`packages/${name}/README.md`)
  for (const page of pages) {
    const to = join(folder, page)
    mkdirSync(join(to, '..'), { recursive: true })
    cpSync(path(page), to)
    if (page.endsWith('.md')) writeFileSync(to, rewriteLinks(facts, page, page, pages))
  }
  writeFileSync(join(folder, 'README.md'), rewriteLinks(facts, `packages/${name}/README.md`, 'README.md', pages))
  const published = {
    ...manifest,
    ...addressesOf(facts.repository, name),
    files: [...manifest.files, 'docs', 'examples', 'CHANGELOG.md'],
    publishConfig: { access: 'public', tag: facts.version.includes('-') ? 'next' : 'latest' },
  }
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(published, null, 2)}\n`)
  normalizeModes(folder)
}

/** Packs each package as npm publishes it. Returns the names of the tarballs. */
export function writeNpmPackages(facts, work, out) {
  return packageNames.map((name) => {
    const folder = join(work, 'npm', name)
    rmSync(folder, { recursive: true, force: true })
    stage(facts, name, folder)
    const packed = capture('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', out], { cwd: folder })
    if (packed === undefined) throw new ReleaseError([`npm pack of ${name} failed`])
    return join(out, basename(JSON.parse(packed)[0].filename))
  })
}
