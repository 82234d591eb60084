export { childArchive } from './child-archive.workflow';
export { children } from './child-archive.commands';
export { childArchiveResolver } from './child-archive.resolver';
