-- A database as schema 2 left it: every table has rows. Later migrations must
-- carry them over. Written once; not to be edited.

INSERT INTO users VALUES ('usr_ann', 'Ann', 'ann', 'hash', 1, 0, 1700000000000001);
INSERT INTO users VALUES ('usr_bob', 'bob', 'bob', '', 0, 1, 1700000000000002);
INSERT INTO sessions VALUES ('session-hash', 'usr_ann', 1700000000000003, 4000000000000000, 1700000000000004);
INSERT INTO tokens VALUES ('tok_1', 'usr_ann', 'laptop', 'token-hash', 1700000000000005, 1700000000000006, NULL);
INSERT INTO links VALUES ('link-hash', 'reset', 'usr_ann', '', 0, 1700000000000007, 4000000000000000);
INSERT INTO workspaces VALUES ('ws_ann', 'Ann', 'usr_ann', 1700000000000001);
INSERT INTO workspaces VALUES ('ws_bob', 'bob', 'usr_bob', 1700000000000002);
INSERT INTO workspaces VALUES ('ws_team', 'Team', NULL, 1700000000000008);
INSERT INTO members VALUES ('ws_ann', 'usr_ann', 'owner', 1700000000000001);
INSERT INTO members VALUES ('ws_bob', 'usr_bob', 'owner', 1700000000000002);
INSERT INTO members VALUES ('ws_team', 'usr_ann', 'editor', 1700000000000008);
INSERT INTO members VALUES ('ws_team', 'usr_bob', 'owner', 1700000000000008);
INSERT INTO datasets VALUES ('ds_1', 'ws_team', 'Flights', 'flights', 'all of them', 'usr_ann', 1700000000000009, 1700000000000012, 2, 1);
INSERT INTO versions VALUES ('ds_1', 1, 'flights-1.csv', 100, 'cafe', 'objects/1', 'up_1', 'usr_ann', 1700000000000009, 'job_1', '{"rows":7}');
INSERT INTO versions VALUES ('ds_1', 2, 'flights-2.csv', 200, '', 'objects/2', 'up_2', 'usr_ann', 1700000000000011, 'job_2', '');
INSERT INTO uploads VALUES ('up_1', 'ws_team', 'ds_1', 'usr_ann', 'flights-1.csv', 100, 8388608, 1, 'cafe', 'objects/1', 'mp-1', 'completed', 0, 1700000000000008, 1700000000000099, 1700000000000009, 1, 'job_1', '');
INSERT INTO uploads VALUES ('up_2', 'ws_team', 'ds_1', 'usr_ann', 'flights-2.csv', 200, 8388608, 1, '', 'objects/2', 'mp-2', 'completed', 0, 1700000000000010, 1700000000000099, 1700000000000011, 2, 'job_2', '');
INSERT INTO uploads VALUES ('up_3', 'ws_ann', '', 'usr_ann', 'open.csv', 300, 8388608, 1, '', 'objects/3', 'mp-3', 'open', 0, 1700000000000012, 1700000000000099, 1700000000000012, 0, '', '');
INSERT INTO uploads VALUES ('up_4', 'ws_ann', '', 'usr_ann', 'broken.csv', 400, 8388608, 1, '', 'objects/4', 'mp-4', 'failed', 1, 1700000000000013, 1700000000000099, 1700000000000013, 0, '', '{"code":"object_missing","message":"The file is gone.","hint":"Upload it again.","row":null,"offset":null}');
INSERT INTO jobs VALUES ('job_1', 'ds_1', 1, 'ws_team', 'succeeded', 'done', 2, 3, 1, 100, 100, 7, 3.5, NULL, '', '{"delimiter":";"}', 1, 'usr_ann', 1700000000000009, 1700000000000010, 1700000000000011, 1700000000000011, 1700000000000009, 0);
INSERT INTO jobs VALUES ('job_2', 'ds_1', 2, 'ws_team', 'running', 'profiling', 1, 1, 0, 50, 200, 3, 1.5, 2.5, '', '', NULL, 'usr_ann', 1700000000000011, 1700000000000012, NULL, 1700000000000012, 1700000000000011, 1700000000000099);
INSERT INTO profiles VALUES ('ds_1', 1, 'job_1', 1, 'etag-1', 1700000000000011, X'1f8b01');
INSERT INTO table_profiles VALUES ('ds_1', 1, 'flights 2', 'job_1', 1, 'etag-3', 1700000000000011, X'1f8b03');
INSERT INTO provisional_profiles VALUES ('job_2', 'etag-2', 1700000000000012, X'1f8b02');
INSERT INTO garbage_objects VALUES ('objects/0', 1700000000000000);
