export * from './school.stub';
