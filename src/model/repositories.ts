import type { FactValue } from './facts.ts'

type Repository = FactValue<'repositories'>['repositories'][number]

/** Every address of a repository: base URLs, mirror list, metalink. */
export function urlsOf(repository: Repository): readonly string[] {
  const { baseurl, mirrorlist, metalink } = repository
  return [...baseurl, mirrorlist, metalink].filter((url): url is string => url !== null)
}

/** How the mirrors of both distributions lay out their trees; other vendors have `/centos/` in their paths, too. */
const ownTree =
  /centos\.org\/|\/(?:centos|centos-vault|anolis)\/[^/]+\/(?:BaseOS|AppStream|PowerTools|Extras|Plus|centosplus|HighAvailability|DDE|Devel|kernel-5\.10|cr|fasttrack)\//i

/** True for a repository of CentOS or Anolis OS itself, by its file's name or by its addresses. */
export function isDistributionRepository(repository: Repository): boolean {
  const file = repository.file.split('/').at(-1) ?? ''
  if (/^(CentOS-|AnolisOS-)/.test(file)) return true
  const urls = urlsOf(repository)
  return urls.length > 0 && urls.every((url) => ownTree.test(url))
}
