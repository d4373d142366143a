import { readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { readCommand } from './lib/command.mjs'
import { makeAgain } from './lib/release/again.mjs'
import { ReleaseError, readFacts } from './lib/release/facts.mjs'
import { make, releaseFolder, withWork } from './lib/release/make.mjs'
import { setVersion, versionPattern } from './lib/release/set-version.mjs'
import { sign } from './lib/release/sign.mjs'
import { run, say } from './lib/repo.mjs'

const { values } = readCommand({
  name: 'run release',
  description:
    'Makes a release in dist/release, verifies it, and tags the commit. Publishes nothing: see docs/releasing.md.',
  options: {
    'dry-run': { type: 'boolean', default: false, help: 'does not tag the commit' },
    repository: {
      type: 'string',
      value: 'URL',
      help: 'address of the repository on the web; that of the remote origin by default',
    },
    image: {
      type: 'string',
      value: 'NAME',
      expected: 'an address without tag and digest, such as registry.example.org/netloom/tap',
      fits: (text) => /^[\w.:-]+(?:\/[\w.-]+)+$/.test(text),
      help: 'address of the image in a registry, for the Kubernetes manifests',
    },
    key: { type: 'string', value: 'FILE', help: 'SSH key that signs the checksums' },
    twice: {
      type: 'boolean',
      default: false,
      help: 'makes the release a second time, in another folder and on another date, and compares the bytes',
    },
    'set-version': {
      type: 'string',
      value: 'VERSION',
      expected: 'a version such as 0.2.0 or 0.2.0-rc.1',
      fits: (text) => versionPattern.test(text),
      help: 'only writes the version into each package.json and CHANGELOG.md, for you to commit',
    },
  },
})

function report({ digest }) {
  say(releaseFolder)
  for (const name of readdirSync(releaseFolder)) {
    const { size } = statSync(join(releaseFolder, name))
    console.log(`${String(Math.ceil(size / 1024)).padStart(7)} KiB  ${name}`)
  }
  console.log(`image: ${digest}`)
}

async function release() {
  const facts = readFacts(values)
  if (!facts.repository)
    console.log('! the address of the repository is unknown: the packages do not name it. --repository sets it')
  const made = await make(facts)
  if (values.key) console.log(`signed: ${basename(sign(made.checksums, values.key))}`)
  say('verification')
  // It needs installed packages. Making the release has installed them.
  const { verify } = await import('./lib/release/verify.mjs')
  await withWork((work) => verify(facts, made, work))
  if (values.twice) makeAgain(facts)
  report(made.image)
  return values['dry-run'] || run('git', ['tag', '-a', `v${facts.version}`, '-m', `netloom ${facts.version}`])
}

try {
  if (values['set-version']) setVersion(values['set-version'])
  else process.exitCode = (await release()) ? 0 : 1
} catch (error) {
  if (!(error instanceof ReleaseError)) throw error
  for (const problem of error.problems) console.error(`✘ ${problem}`)
  process.exitCode = 1
}
