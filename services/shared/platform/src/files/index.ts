export * from './file-folder';
export * from './file-name';
export * from './file-type';
export * from './http-answers';
