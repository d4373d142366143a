// @ts-expect-error: a script without types
import { whyOutdated } from '../../scripts/lib/outputs.mjs'
// @ts-expect-error: a script without types
import { modulesOfDist } from '../../scripts/lib/repo.mjs'

// Tests import what was built. Each test file imports this module, directly or through another module of this folder. So an edit
// without a build fails, instead of testing the old code. The runner has just built, and sets NETLOOM_BUILT.
const reason: string | undefined = process.env.NETLOOM_BUILT ? undefined : whyOutdated()
if (reason) {
  console.error(`✘ ${reason}: run \`npm run build\` first`)
  process.exit(1)
}

// Tests also import single modules of a package from `dist`. With the bundle in the same process, each class would exist twice.
if (import.meta.resolve('@netloom/netlink').includes('/bundle/')) {
  console.error(`✘ tests need the modules of dist, not the bundles: run \`node ${modulesOfDist.join(' ')} FILE\``)
  process.exit(1)
}
