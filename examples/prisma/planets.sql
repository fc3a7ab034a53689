CREATE TABLE planets (id int PRIMARY KEY, name text NOT NULL);
INSERT INTO planets VALUES (1, 'Mercury'), (2, 'Venus'), (3, 'Mars');
